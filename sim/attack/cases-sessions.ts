/**
 * Attacks on whole sessions: said again, cut off, run out of keys and numbers, fed with old approvals
 * (catalogue 10, 23 to 25, 39).
 *
 * @module
 */
import { concat, EMPTY } from '../../protocol/bytes.ts';
import { clearFrame, FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { HELLO_WINDOW_MS } from '../../protocol/hello-guard.ts';
import { cents } from '../../protocol/money.ts';
import type { Attack } from './attack.ts';
import { FRAMES } from './exchange.ts';
import { Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';
import { hold } from './verbs.ts';

const { alert, close, data, keyUpdate } = FRAME_TYPES;

export const SESSION_ATTACKS: readonly Attack[] = [
  {
    number: 10,
    name: 'session-replay',
    sentence: 'All that a terminal said in an earlier session is said again, and a hello is said too late',
    expected: 'The bank refuses the hello with an Alert, and nothing is booked',
    property: 'integrity',
    rules: ['R18'],
    play: sessionReplay,
  },
  {
    number: 23,
    name: 'key-update-abuse',
    sentence: 'Keys are updated twice, played again, and records of the old epoch said after it',
    expected: 'The bank takes one update at a time and ends the session with an Alert for all else',
    property: 'integrity',
    rules: ['R5', 'R14'],
    terminals: 3,
    play: keyUpdateAbuse,
  },
  {
    number: 24,
    name: 'sequence-exhaustion',
    sentence: 'A session is run to the last number of an epoch and beyond, at a bank that has few numbers',
    expected: 'The bank renews its own keys in time and takes no record beyond the last number',
    property: 'integrity',
    rules: ['R4', 'R15'],
    needs: 'own',
    bank: () => ({ launch: () => ({ patches: FEW_NUMBERS }) }),
    play: sequenceExhaustion,
  },
  {
    number: 25,
    name: 'fin-injection',
    sentence: 'The end of a session is cut off, and an Alert in clear is put into it',
    expected: 'Both sides take it for a lost line, never for a Close, and the bank records a truncation',
    property: 'integrity',
    rules: ['R16'],
    play: finInjection,
  },
  {
    number: 39,
    name: 'phantom-approval',
    sentence:
      "A terminal asks for cash and gets an old session's approval, or an earlier one of the same session",
    expected: 'The terminal ends the session with an Alert and pays nothing',
    property: 'integrity',
    rules: ['R2', 'R4'],
    play: phantomApproval,
  },
];

async function sessionReplay(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(1, { middle });
  stage.control(await atm.logIn(), 'nobody could log in');
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit failed');
  await atm.stop();
  const said = middle.line.frames.bank.map(({ bytes }) => bytes);
  for (const part of [said, said.slice(0, 1)]) {
    const caller = await stage.caller();
    caller.say(concat(part));
    stage.mustAlert(await caller.reaction(), part.length > 1 ? 'a session said again' : 'a hello said again');
  }
  stage.expected.refused('violation: replayed hello', 2);
  const ages = [-HELLO_WINDOW_MS - 2_000, HELLO_WINDOW_MS + 2_000, -86_400_000];
  for (const age of ages) {
    const late = stage.keep(await Rogue.dial(stage.lair, stage.plan(1), { clientTimeMs: Date.now() + age }));
    const isRefused = !late.isAnswered;
    stage.attempt(isRefused ? 'Alert' : 'answered', isRefused, `a hello ${age} ms from now`);
    await late.caller.until(late.caller.hasEnded);
  }
  stage.expected.refused('violation: stale hello', ages.length);
}

async function keyUpdateAbuse(stage: Stage): Promise<void> {
  const honest = await stage.rogue(1);
  await honest.ask({ type: 'echo' });
  honest.caller.say(honest.update());
  stage.control(
    (await honest.ask({ type: 'echo' })) !== null,
    'a record after an update of keys was refused',
  );
  await honest.leave();
  const tries: { what: string; frames: (rogue: Rogue) => Uint8Array[] }[] = [
    { what: 'two updates with no data between them', frames: (rogue) => [rogue.update(), rogue.update()] },
    {
      what: 'an update said twice',
      frames: (rogue) => {
        const update = rogue.update();
        return [update, update];
      },
    },
    {
      what: 'a record of the old epoch after an update',
      frames: (rogue) => {
        const old = rogue.seal(data, EMPTY, { epoch: 1, seq: rogue.seq + 1 });
        return [rogue.update(), old];
      },
    },
    {
      what: 'a record of the epoch after the next',
      frames: (rogue) => [rogue.update(), rogue.seal(data, EMPTY, { epoch: 3, seq: 0 })],
    },
    {
      what: 'a number that goes on after an update',
      frames: (rogue) => {
        const { seq } = rogue;
        return [rogue.update(), rogue.seal(data, EMPTY, { epoch: 2, seq: seq + 1 })];
      },
    },
  ];
  for (const [index, { what, frames }] of tries.entries()) {
    const rogue = await stage.rogue(1 + (index % (stage.fleet.length - 1)));
    stage.control((await rogue.ask({ type: 'echo' })) !== null, 'a session failed');
    const reaction = rogue.reaction();
    rogue.caller.say(...frames(rogue));
    stage.mustAlert(await reaction, what);
  }
  stage.expected.refused('violation: bad key update');
  stage.expected.refused('violation: bad epoch', 3);
  stage.expected.refused('violation: bad seq');
}

const SOFT = 24;
const HARD = 40;
/** The bank's limits, so low that a session meets them. */
const FEW_NUMBERS = [
  { file: 'protocol/direction.ts', find: 'softRecords: 2 ** 20,', replace: `softRecords: ${SOFT},` },
  { file: 'protocol/direction.ts', find: 'hardRecords: 2 ** 24,', replace: `hardRecords: ${HARD},` },
];

async function sequenceExhaustion(stage: Stage): Promise<void> {
  const rogue = await stage.rogue(1);
  let answered = 0;
  // Finished was number 0; the last number is HARD - 1.
  for (let seq = rogue.seq; seq < HARD; seq++)
    if ((await rogue.ask({ type: 'echo' })) !== null) answered += 1;
  const updates = rogue.caller.said.filter(({ type }) => type === keyUpdate).length;
  stage.control(answered === HARD - 1, `the bank answered ${answered} of ${HARD - 1} records it must take`);
  stage.control(updates >= 1, 'the bank did not renew its own keys');
  const reaction = rogue.reaction();
  rogue.say(rogue.text({ type: 'echo' }));
  stage.mustAlert(await reaction, 'a record beyond the last number');
  const jumps = [HARD, 2 ** 24 - 1, 2 ** 24, 2 ** 32, Number.MAX_SAFE_INTEGER];
  for (const seq of jumps) {
    const other = await stage.rogue(0);
    await other.ask({ type: 'echo' });
    const answer = other.reaction();
    other.caller.say(other.seal(data, EMPTY, { seq, epoch: 1 }));
    stage.mustAlert(await answer, `a jump to number ${seq}`);
  }
  const wrapped = await stage.rogue(0);
  await wrapped.ask({ type: 'echo' });
  const answer = wrapped.reaction();
  const frame = wrapped.record(wrapped.text({ type: 'echo' }));
  frame.fill(0xff, 8, HEADER_BYTES);
  wrapped.caller.say(frame);
  stage.mustAlert(await answer, 'a number of all ones');
  stage.expected.refused('violation: bad seq', 2 + jumps.length);
}

async function finInjection(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(1, { middle });
  stage.control(await atm.logIn(), 'nobody could log in');
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit failed');
  const { sessions } = atm;
  const { line } = middle;
  line.end('bank');
  await line.until(() => line.hasEnded('bank'));
  const isTruncated = !line.frames.terminal.some(({ type }) => type === close);
  stage.attempt(isTruncated ? 'closed' : 'Close', isTruncated, 'FIN towards the bank');
  await line.over();
  await untilSession(atm, sessions + 1);
  const second = middle.line;
  second.end('terminal');
  await second.until(() => second.hasEnded('terminal'));
  const isLost = !second.frames.bank.some(({ type }) => type === close);
  stage.attempt(isLost ? 'closed' : 'Close', isLost, 'FIN towards the terminal');
  second.destroy();
  await untilSession(atm, sessions + 2);
  const third = middle.line;
  third.say('bank', clearFrame(alert, 1, EMPTY));
  await third.until(() => third.hasEnded('bank'));
  const isSilent = !third.frames.terminal.some(({ type }) => type === close);
  stage.attempt(isSilent ? 'closed' : 'Close', isSilent, 'a clear Alert towards the bank');
  third.destroy();
  await atm.ready();
  await atm.stop();
  stage.expected.refused('truncated: end of stream without Close', 2);
  stage.expected.refused('truncated: clear alert');
}

async function untilSession(atm: { readonly sessions: number; ready(): Promise<boolean> }, sessions: number) {
  while (atm.sessions < sessions) await new Promise((resolve) => setTimeout(resolve, 5));
  await atm.ready();
}

async function phantomApproval(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(1, { middle });
  stage.control(await atm.logIn(), 'nobody could log in');
  const before = middle.line.frames.terminal.length;
  stage.control((await atm.withdraw(cents(20_00))).outcome === 'ok', 'an approved withdrawal paid nothing');
  const approval = middle.line.frames.terminal[before]?.bytes ?? EMPTY;
  const { cash } = atm;
  const phantom = async (what: string) => {
    const asked = middle.next(
      FRAMES.request,
      hold(({ line }) => line.say('terminal', approval)),
    );
    const withdrawal = atm.withdraw(cents(40_00));
    const line = await asked;
    stage.mustAlert(await line.reaction('terminal'), what);
    await line.over();
    const { outcome } = await withdrawal;
    const isUnpaid = outcome !== 'ok' && atm.cash === cash;
    stage.attempt(isUnpaid ? 'no cash' : 'cash', isUnpaid, what);
  };
  await phantom('an approval of the same session');
  await atm.logIn();
  await phantom('an approval of an earlier session');
  await atm.ready();
  await atm.stop();
  stage.expected.refused('violation: bad seq', 2);
}
