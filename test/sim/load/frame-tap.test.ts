import test from 'ava';
import { FRAME_TYPES, HEADER_BYTES, sealedBodyBytes, writeHeader } from '../../../protocol/frame.ts';
import type { ConnHandlers, Net } from '../../../protocol/ports.ts';
import { FrameTap } from '../../../sim/load/frame-tap.ts';

const BODY = sealedBodyBytes(250);

function frame(seq: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + BODY).fill(0xa7);
  writeHeader(bytes, 0, { type: FRAME_TYPES.data, epoch: 1, bodyBytes: BODY, seq });
  return bytes;
}

function tapped() {
  let inner: ConnHandlers | null = null;
  const written: Uint8Array[] = [];
  const net: Net = {
    dial(remote, handlers) {
      inner = handlers;
      const nothing = () => {};
      return {
        remote,
        bufferedBytes: 0,
        write: (bytes) => written.push(bytes),
        end: nothing,
        destroy: nothing,
      };
    },
  };
  const tap = new FrameTap(net);
  const received: Uint8Array[] = [];
  const nothing = () => {};
  const conn = tap.dial('bank:1', {
    onOpen: nothing,
    onData: (chunk) => received.push(chunk),
    onEnd: nothing,
    onClose: nothing,
  });
  const seen: string[] = [];
  const listen = () => {
    tap.ear = ({ seq, bodyBytes }, sent) => seen.push(`${sent ? '>' : '<'}${seq} ${bodyBytes}`);
  };
  return { tap, conn, written, received, seen, listen, hear: (bytes: Uint8Array) => inner?.onData(bytes) };
}

test('nothing is looked at while nobody listens, and all bytes pass', (t) => {
  const { conn, written, received, seen, hear } = tapped();
  conn.write(frame(0));
  hear(frame(0));
  t.is(written.length + received.length, 2);
  t.deepEqual(seen, []);
});

test('headers are found however the stream is cut', (t) => {
  const stream = Buffer.concat([frame(3), frame(4), frame(5)]);
  for (const size of [1, 7, 16, 17, 100, stream.length]) {
    const { seen, listen, hear } = tapped();
    listen();
    for (let at = 0; at < stream.length; at += size) hear(stream.subarray(at, at + size));
    t.deepEqual(seen, [`<3 ${BODY}`, `<4 ${BODY}`, `<5 ${BODY}`], `${size} at a time`);
  }
});

test('who begins in the midst of a frame waits for the next that starts a chunk', (t) => {
  const { seen, listen, hear, conn } = tapped();
  hear(frame(0).subarray(0, 60));
  listen();
  hear(frame(0).subarray(60));
  hear(frame(1));
  conn.write(Buffer.concat([frame(7), frame(8)]));
  t.deepEqual(seen, [`<1 ${BODY}`, `>7 ${BODY}`, `>8 ${BODY}`]);
});
