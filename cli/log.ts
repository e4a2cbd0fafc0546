/**
 * The log of a served bank, on stderr: a sentence for people, or one JSON object a line for programs (`--log json`) with
 * time, level, event and its fields. What it says comes from our own words and tables; no message body,
 * key or password gets here.
 *
 * @module
 */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** Stable, dotted: `bank.serving`, `session.refused`. */
  readonly event: string;
  /** For people. */
  readonly text: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}

export type Log = (entry: LogEntry) => void;

export function openLog(format: LogFormat): Log {
  if (format === 'text') return ({ text }) => console.error(`cashpoint: ${text}`);
  return ({ level, event, text, fields }) =>
    console.error(JSON.stringify({ time: new Date().toISOString(), level, event, text, ...fields }));
}
