/**
 * Fuzzes the bank's HTTP port with bytes that are almost requests, on real sockets: whatever comes, the bank says HTTP or
 * nothing, never that it failed itself, ends the connection, and still serves an honest terminal.
 *
 * @module
 */
import { connect } from 'node:net';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { loadTerminalKey, terminalKeyPath } from '../../actors/node/terminal-key-file.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { Rng } from '../../sim/rng.ts';
import { sent } from '../helpers/channels.ts';
import { RawHttp } from '../helpers/raw-http.ts';
import { ATM_1, RealBank } from '../helpers/real-bank.ts';
import { mutateBytes } from './mutate.ts';
import { promise } from './target.ts';

const AT_ONCE = 16;
/** Longer than anything the bank waits for. */
const END_MS = 30_000;

const HEADS = [
  ...['Content-Length: -1', 'Content-Length: 0', 'Content-Length: 65536', 'Content-Length: 65537'],
  ...['Content-Length: 99999999999999999999', 'Content-Length: 1, 2', 'Transfer-Encoding: chunked'],
  ...['Transfer-Encoding: gzip, chunked', 'Content-Type: text/plain', 'Content-Type: application/json'],
  ...['Content-Type: text/plain; charset=utf-16', 'Content-Type: ', 'Content-Type: a/b;'],
  ...[
    'Expect: 100-continue',
    'Connection: close',
    'Connection: upgrade',
    'Upgrade: websocket',
    'Host:',
    'Host: a, b',
  ],
  ...[
    'Content-Encoding: gzip',
    'Cookie: __proto__=1',
    `X: ${'x'.repeat(20_000)}`,
    ': x',
    ' folded',
    'X\u0000: y',
  ],
];
const LINES = [
  ...[
    'POST /v1/frames HTTP/1.1',
    'POST /v1/frames HTTP/1.0',
    'POST /v1/frames HTTP/2',
    'PUT /v1/frames HTTP/1.1',
  ],
  ...['GET /v1/frames HTTP/1.1', 'POST /v1/frames?__proto__=1 HTTP/1.1', 'POST //v1//frames HTTP/1.1'],
  ...[
    'POST /%zz HTTP/1.1',
    'POST /v1/frames/%2e%2e/health HTTP/1.1',
    'GET http://a/health HTTP/1.1',
    'OPTIONS * HTTP/1.1',
  ],
  ...[
    'GET /health HTTP/1.1',
    'GET /metrics HTTP/1.1',
    'HEAD /metrics HTTP/1.1',
    'CONNECT a:1 HTTP/1.1',
    'PRI * HTTP/2.0',
  ],
];

export interface HttpFuzzed {
  /** Each with the bytes that were sent. */
  readonly findings: readonly { readonly input: Uint8Array; readonly text: string }[];
  readonly outcomes: number;
}

export async function fuzzHttp(options: {
  readonly seed: string;
  readonly inputs: number;
  onProgress?(done: number): void;
}): Promise<HttpFuzzed> {
  const bank = await RealBank.start({ http: true });
  try {
    const findings: { input: Uint8Array; text: string }[] = [];
    const words = new Set<string>();
    const rng = new Rng(options.seed, 'http');
    let left = options.inputs;
    const one = async () => {
      while (left > 0 && findings.length === 0) {
        left -= 1;
        const input = request(rng, bank);
        const outcome = await outcomeOf(bank.httpAddress, input);
        words.add(outcome.words);
        if (outcome.failure !== null) findings.push({ input, text: outcome.failure });
        if (left % 256 === 0) options.onProgress?.(options.inputs - left);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await honest(bank);
    await settled(bank);
    return { findings, outcomes: words.size };
  } finally {
    await bank.end();
  }
}

/** One to three requests on a connection, most of them with something wrong. */
function request(rng: Rng, bank: RealBank): Uint8Array {
  const parts: Buffer[] = [];
  do {
    const hello = helloOf(bank);
    const isText = rng.ratio(1, 3);
    const raw = rng.ratio(1, 2) ? Buffer.from(mutateBytes(rng, hello, hello)) : hello;
    const body = isText ? Buffer.from(raw.toString('base64')) : raw;
    const heads = ['Host: bank', `Content-Type: ${isText ? 'text/plain' : 'application/octet-stream'}`];
    if (!rng.ratio(1, 10)) heads.push(`Content-Length: ${body.length}`);
    while (rng.ratio(1, 3)) heads.splice(rng.below(heads.length + 1), rng.below(2), rng.pick(HEADS));
    const line = rng.ratio(1, 3) ? rng.pick(LINES) : LINES[0];
    parts.push(Buffer.from(`${[line, ...heads].join('\r\n')}\r\n\r\n`, 'latin1'), body);
  } while (rng.ratio(1, 4));
  const whole = Buffer.concat(parts);
  return rng.ratio(1, 3) ? mutateBytes(rng, Uint8Array.from(whole), Uint8Array.from(whole)) : whole;
}

function helloOf(bank: RealBank): Buffer {
  const key = loadTerminalKey(terminalKeyPath(bank.terminals, ATM_1));
  return sent(new ClientChannel({ entropy: systemEntropy() }, { ...key, suites: [1] }).start(Date.now()));
}

/** Sends it, ends our side, and waits for the bank to end its own. */
function outcomeOf(address: string, input: Uint8Array): Promise<{ words: string; failure: string | null }> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = connect(Number(port), hostname);
    const done = (failure: string | null) => {
      clearTimeout(patience);
      socket.destroy();
      const statuses = [...answer.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)].map(
        ([, status]) => status,
      );
      const isHttp = answer.length === 0 || answer.toString('latin1', 0, 9) === 'HTTP/1.1 ';
      const failed = statuses.find(
        (status) => status?.startsWith('5') && status !== '505' && status !== '501',
      );
      const broken = failed === undefined ? null : `answers ${failed}`;
      resolve({
        words: statuses.join(' '),
        failure: failure ?? broken ?? (isHttp ? null : 'does not speak HTTP'),
      });
    };
    const patience = setTimeout(() => done(`does not end the connection within ${END_MS} ms`), END_MS);
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
    });
    socket.on('error', () => {});
    socket.once('close', () => done(null));
    socket.end(input);
  });
}

/** The positive control. */
async function honest(bank: RealBank): Promise<void> {
  const http = await RawHttp.open(bank.httpAddress);
  const answer = await http.post(helloOf(bank));
  http.socket.destroy();
  promise(answer?.status === 200 && answer.body.length === 102 + 112, 'an honest hello is answered');
}

/** No connection is left behind. */
async function settled(bank: RealBank): Promise<void> {
  for (let tries = 0; bank.connections > 0 && tries < 500; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  promise(bank.connections === 0, 'no connection is left behind');
}
