/**
 * What a Lamport diagram shows of a trace: a row an event, lanes of who it happened to, arrows from send to deliver,
 * commits from begin to durable, and when each process lived. Numbers only; `lamport-picture.ts` draws them.
 *
 * @module
 */
import { LINE, linesOf, placeOf } from './lamport-words.ts';

/** One line of a simulated run's trace. */
export interface DiagramEvent {
  /** Virtual time from the start of the run. */
  readonly atUs: number;
  /** Number of the event; several lines may have the same. */
  readonly event: number;
  /** A terminal, `bank`, `disk`, `operator`, `wire`, `adversary`, `fault` or `check`. */
  readonly lane: string;
  readonly what: string;
  readonly text: string;
  /** Of `send` and `deliver`: the lane of the other end. */
  readonly peer?: string;
  /** Of `send` and `deliver`: `CONNECTION.PIECE`; of a deliver several, with spaces between, when they arrived as one. */
  readonly id?: string;
}

export interface Row {
  readonly event: DiagramEvent;
  /** Index of the lane; null for what is everybody's. */
  readonly lane: number | null;
  readonly y: number;
  /** What it says, at least one. */
  readonly lines: readonly string[];
  /** First line of its event. */
  readonly isFirst: boolean;
}

/** Time in which nothing happened, between two rows. */
export interface Gap {
  readonly y: number;
  readonly us: number;
}

export interface Arrow {
  readonly from: Point;
  readonly to: Point;
  readonly fate: 'arrived' | 'lost' | 'under way';
  /** The adversary changed it, or sent it. */
  readonly isForged: boolean;
}

interface Point {
  readonly lane: number;
  readonly y: number;
}

export interface Bar {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly isDurable: boolean;
}

/** Where the line of a lane is drawn. */
export interface Stretch {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
}

export interface Diagram {
  readonly lanes: readonly string[];
  readonly rows: readonly Row[];
  readonly gaps: readonly Gap[];
  readonly arrows: readonly Arrow[];
  readonly bars: readonly Bar[];
  readonly lives: readonly Stretch[];
  readonly height: number;
}

export const ROW = 20;
const GAP = 26;
/** A shorter time without an event is not worth a word. */
const GAP_US = 50_000;
const TOP = 14;

export function diagramOf(trace: readonly DiagramEvent[]): Diagram {
  const lanes = lanesOf(trace);
  const laneAt = (name: string): number | null => {
    const index = lanes.indexOf(name);
    return index === -1 ? null : index;
  };
  const place = placeOf(lanes.length);
  const rows: Row[] = [];
  const gaps: Gap[] = [];
  let y = TOP;
  for (const [i, event] of trace.entries()) {
    const before = trace[i - 1];
    const idleUs = before === undefined ? 0 : event.atUs - before.atUs;
    if (idleUs >= GAP_US) {
      gaps.push({ y: y + (GAP - ROW) / 2, us: idleUs });
      y += GAP;
    }
    const isFirst = before?.event !== event.event || before.atUs !== event.atUs;
    const lines = linesOf(event, place);
    rows.push({ event, lane: laneAt(laneOf(event)), y, lines, isFirst });
    y += ROW + (lines.length - 1) * LINE;
  }
  const height = y;
  return {
    lanes,
    rows,
    gaps,
    arrows: arrowsOf(rows, laneAt),
    bars: barsOf(rows, height),
    lives: livesOf(rows, lanes, height),
    height,
  };
}

/** Terminals, then what lies between them and the bank, the bank and its disk, who runs it all. */
const LAST = ['wire', 'bank', 'disk', 'operator'];

function lanesOf(trace: readonly DiagramEvent[]): readonly string[] {
  const names = new Set(trace.flatMap((event) => [laneOf(event), wired(event.peer ?? '')]));
  names.delete('');
  const terminals = [...names].filter((name) => !LAST.includes(name)).sort();
  return [...terminals, ...LAST.filter((name) => names.has(name))];
}

/** The adversary sits on the wire. */
const wired = (lane: string): string => (lane === 'adversary' ? 'wire' : lane);

const FAULT_LANES: Readonly<Record<string, string>> = {
  net: 'wire',
  byz: 'wire',
  disk: 'disk',
  bank: 'bank',
  op: 'operator',
};

/** Where an event is drawn, empty for nowhere; a fault, `site/entity#n`, stands where it happens. */
function laneOf({ lane, text }: DiagramEvent): string {
  if (lane === 'check') return '';
  if (lane !== 'fault') return wired(lane);
  const [, kind = '', entity = ''] = /^(\w+)\.[^/]*\/(.*)#\d+$/.exec(text) ?? [];
  return kind === 'atm' ? entity : (FAULT_LANES[kind] ?? '');
}

function arrowsOf(rows: readonly Row[], laneAt: (name: string) => number | null): readonly Arrow[] {
  const arrivals = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.event.what !== 'deliver') continue;
    for (const id of row.event.id?.split(' ') ?? []) arrivals.set(id, [...(arrivals.get(id) ?? []), row]);
  }
  return rows.flatMap((row): Arrow[] => {
    const { event, lane, y } = row;
    const { what, id = '', peer = '' } = event;
    const to = laneAt(wired(peer));
    if (what !== 'send' || lane === null || to === null) return [];
    const isForged = event.lane === 'adversary' || isTampered(rows, row);
    const from = { lane, y };
    const met = arrivals.get(id) ?? [];
    if (met.length > 0)
      return met.map((end) => ({ from, to: { lane: to, y: end.y }, fate: 'arrived', isForged }));
    const fate = isOver(rows, row) ? 'lost' : 'under way';
    return [{ from, to: { lane: to, y: y + ROW }, fate, isForged }];
  });
}

const connectionOf = ({ id = '' }: DiagramEvent): string => id.split('.')[0] ?? '';

/** In the same event, and of the same connection, the adversary said what it did. */
const isTampered = (rows: readonly Row[], { event }: Row): boolean =>
  rows.some(
    (other) =>
      other.event.what === 'tamper' &&
      other.event.event === event.event &&
      other.event.text.startsWith(`${connectionOf(event)} `),
  );

/** The other end has let go of the connection since. */
const isOver = (rows: readonly Row[], { event, y }: Row): boolean =>
  rows.some(
    (other) =>
      other.y > y &&
      other.event.what === 'close' &&
      other.event.lane === event.peer &&
      other.event.text.split(' ')[0] === connectionOf(event),
  );

/** From `commit N: …` to `durable`, or to the crash that came before. */
function barsOf(rows: readonly Row[], height: number): readonly Bar[] {
  return rows.flatMap(({ event, lane, y }): Bar[] => {
    const number = numberOf(event.text);
    if (event.what !== 'commit' || lane === null || number === undefined) return [];
    const end = rows.find(
      (row) =>
        row.y > y &&
        row.lane === lane &&
        (row.event.what === 'crash' || (row.event.what === 'durable' && numberOf(row.event.text) === number)),
    );
    return [{ lane, from: y, to: end?.y ?? height, isDurable: end?.event.what === 'durable' }];
  });
}

const numberOf = (text: string): string | undefined => /^commit (\d+)/.exec(text)?.[1];

const DEATHS = ['stop', 'crash', 'power-loss'];

/** A lane in which processes start and end is drawn while one lives; what is no process is always there. */
function livesOf(rows: readonly Row[], lanes: readonly string[], height: number): readonly Stretch[] {
  return lanes.flatMap((name, lane) => {
    const turns = rows.filter(
      ({ event, lane: at }) =>
        at === lane && name !== 'disk' && (event.what === 'start' || DEATHS.includes(event.what)),
    );
    const lives: Stretch[] = [];
    let from: number | null = turns[0]?.event.what === 'start' ? null : 0;
    for (const { event, y } of turns) {
      if (event.what === 'start') from ??= y;
      else if (from !== null) {
        lives.push({ lane, from, to: y });
        from = null;
      }
    }
    if (from !== null) lives.push({ lane, from, to: height });
    return lives;
  });
}
