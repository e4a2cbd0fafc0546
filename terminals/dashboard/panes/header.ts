/**
 * The two top lines: what runs and how far it is, and the lights, which never scroll away. A light that was not
 * checked never reads OK.
 *
 * @module
 */
import type { AuditLight, DashboardModel, LightStatus, MoneyLight } from '../model.ts';
import { lineWidth, putLine, type Segment, type Surface } from '../surface.ts';
import { formatClock, formatDelta, formatInstant, formatMoney } from '../text.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';

export function drawHeader(surface: Surface, model: DashboardModel, ui: Ui): void {
  putLine(surface, { x: 0, y: 0 }, titleSegments(model, ui.look, surface.width >= 110));
  const right = [...stateSegments(model, ui), ...rateSegments(model, ui.look, surface.width >= 110)];
  putLine(surface, { x: surface.width - lineWidth(right) - 1, y: 0 }, right);
  putLine(surface, { x: 0, y: 1 }, lightSegments(model, ui.look, surface.width));
}

/** The second line, in the longest form that fits `width`. */
export function lightSegments(model: DashboardModel, look: Look, width: number): readonly Segment[] {
  const forms = FORMS.map((form) => joined(model, look, form));
  return forms.find((form) => lineWidth(form) <= width) ?? forms.at(-1) ?? [];
}

/** One line for the first violation of each light; null while there is none. */
export function alarmText(model: DashboardModel): string | null {
  const { money, audit } = model.lights;
  const alarms: string[] = [];
  if (money.status === 'violated') alarms.push(`MONEY VIOLATED${when(money.atMs)}: ${money.text}`);
  if (audit.status === 'violated') alarms.push(`AUDIT VIOLATED${when(audit.atMs)}: ${audit.text}`);
  return alarms.length === 0 ? null : alarms.join('  ');
}

const when = (atMs: number | null) => (atMs === null ? '' : ` ${formatInstant(atMs)}`);

function titleSegments(model: DashboardModel, look: Look, long: boolean): readonly Segment[] {
  const { scenario, seed, commit } = model.run;
  const { dot } = look.glyphs;
  const rest = long
    ? `${scenario} ${dot} seed ${seed} ${dot} commit ${commit}`
    : `${scenario} ${dot} ${seed}`;
  return [
    [' CASHPOINT  ', look.palette.strong],
    [rest, look.palette.text],
  ];
}

function stateSegments(model: DashboardModel, ui: Ui): readonly Segment[] {
  const { palette, glyphs } = ui.look;
  const { state, elapsedMs, plannedMs } = model.run;
  const clock = formatClock(elapsedMs) + (plannedMs === null ? '' : `/${formatClock(plannedMs)}`);
  if (ui.state.paused) {
    const behind = Math.max(0, Math.floor(ui.behindMs / 1000));
    return [[`  ${glyphs.paused} PAUSED ${behind} s behind `, palette.warn]];
  }
  if (model.verdict) {
    const good = model.verdict.status === 'pass';
    const words = `  ${model.verdict.status.toUpperCase()} exit ${model.verdict.exitCode} `;
    return [
      [words, good ? palette.ok : palette.alarm],
      [`${clock} `, palette.text],
    ];
  }
  const held = state === 'run' && model.run.control?.paused === true;
  const word = held ? 'ON HOLD' : STATE_WORDS[state];
  return [
    [`  ${glyphs.running} ${word} `, state === 'run' && !held ? palette.ok : palette.warn],
    [`${clock} `, palette.text],
  ];
}

const STATE_WORDS = {
  setup: 'SETTING UP',
  run: 'RUNNING',
  drain: 'DRAINING',
  check: 'CHECKING',
  done: 'DONE',
};

function rateSegments(model: DashboardModel, look: Look, long: boolean): readonly Segment[] {
  const { offeredRate, achievedRate } = model.run;
  const achieved = `${long ? '  achieved' : ' ach'} ${Math.round(achievedRate)}/s`;
  if (offeredRate === null) return [[achieved, look.palette.text]];
  return [
    [`${long ? '  offered' : ' off'} ${Math.round(offeredRate)}/s`, look.palette.text],
    [achieved, isBehind(model) ? look.palette.warn : look.palette.text],
  ];
}

/** Less than 95 % of the asked rate in each of the last three seconds: the latency figures are no longer to be trusted. */
function isBehind(model: DashboardModel): boolean {
  const { offeredRate, state } = model.run;
  const last = model.okPerS.slice(-3);
  if (offeredRate === null || state !== 'run' || last.length < 3) return false;
  return last.every((rate) => rate !== null && rate < offeredRate * 0.95);
}

interface Form {
  /** Names and words in full. */
  readonly long: boolean;
  /** Of all money. */
  readonly sum: boolean;
  /** How old the look at the trail is. */
  readonly lag: boolean;
}

const FORMS: readonly Form[] = [
  { long: true, sum: true, lag: true },
  { long: true, sum: true, lag: false },
  { long: true, sum: false, lag: false },
  { long: false, sum: false, lag: false },
];

function joined(model: DashboardModel, look: Look, form: Form): readonly Segment[] {
  const divider: Segment = [` ${look.glyphs.divider} `, look.palette.frame];
  const { elapsedMs } = model.run;
  return [
    [' ', look.palette.text],
    ...moneySegments(model.lights.money, { look, form, elapsedMs }),
    divider,
    ...auditSegments(model.lights.audit, { look, form, elapsedMs }),
    divider,
    ...adversarySegments(model, look, form.long),
    divider,
    ...faultSegments(model, look, form.long),
  ];
}

interface LightContext {
  readonly look: Look;
  readonly form: Form;
  readonly elapsedMs: number;
}

function moneySegments(light: MoneyLight, context: LightContext): readonly Segment[] {
  const { look, form } = context;
  const { text } = look.palette;
  const figures = `${look.glyphs.delta} ${formatDelta(light.delta)}`;
  const sum = form.sum ? `  ${look.glyphs.sum} ${formatMoney(light.sum)}` : '';
  const tail = light.status === 'unchecked' ? whyNot(light.text, form.long) : ` ${figures}${sum}`;
  return [['MONEY ', text], lamp(light, context), [tail, text]];
}

function auditSegments(light: AuditLight, context: LightContext): readonly Segment[] {
  const { look, form } = context;
  const { text } = look.palette;
  const lag = form.lag && light.lagMs !== null ? ` lag ${Math.round(light.lagMs)} ms` : '';
  const tail =
    light.status === 'unchecked'
      ? whyNot(light.text, form.long)
      : ` #${light.headSeq} ${shortHash(light.headHash, look)}${lag}`;
  return [['AUDIT ', text], lamp(light, context), [tail, text]];
}

const whyNot = (text: string, long: boolean) => (long && text !== '' ? ` (${text})` : '');

const shortHash = (hash: string, look: Look) =>
  hash.length > 9 ? `${hash.slice(0, 4)}${look.glyphs.ellipsis}${hash.slice(-4)}` : hash;

function lamp(light: { status: LightStatus; atMs: number | null }, context: LightContext): Segment {
  const { palette, glyphs } = context.look;
  const glyph = glyphs.lights[light.status];
  switch (light.status) {
    case 'ok':
      return [`${glyph} OK`, palette.ok];
    case 'stale': {
      const ageS = light.atMs === null ? '' : ` ${Math.floor((context.elapsedMs - light.atMs) / 1000)} s`;
      return [`${glyph} STALE${ageS}`, palette.warn];
    }
    case 'violated':
      return [`${glyph} VIOLATED`, palette.alarm];
    case 'unchecked':
      return [`${glyph} NOT CHECKED`, palette.warn];
  }
}

function adversarySegments(model: DashboardModel, look: Look, long: boolean): readonly Segment[] {
  const { palette, glyphs } = look;
  if (model.adversary === null) return [[long ? 'ADVERSARY none' : 'ADV none', palette.dim]];
  const { tried, accepted } = model.adversary;
  const name: Segment = [long ? 'ADVERSARY ' : 'ADV ', palette.text];
  if (accepted > 0)
    return [name, [`${glyphs.lights.violated} ${accepted} OF ${tried} GOT THROUGH`, palette.alarm]];
  if (tried === 0) return [name, [`${glyphs.lights.unchecked} none tried yet`, palette.warn]];
  return [name, [`${glyphs.lights.ok} ${tried}/${tried}${long ? ' rejected' : ''}`, palette.ok]];
}

function faultSegments(model: DashboardModel, look: Look, long: boolean): readonly Segment[] {
  const { palette } = look;
  const { faults } = model;
  if (faults.length === 0) return [[long ? 'FAULTS none' : 'FAULT 0', palette.dim]];
  return [[long ? `FAULTS ${faults.join(', ')}` : `FAULT ${faults.length}`, palette.warn]];
}
