import { existsSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { dirname } from 'node:path';
import test from 'ava';
import { connectFeed, type FeedCommand, serveFeed } from '../../../actors/node/feed.ts';
import type { DashboardModel } from '../../../terminals/dashboard/model.ts';
import { fixtureModel } from '../../helpers/dashboard-fixture.ts';

const model = (elapsedMs: number) => fixtureModel(10, elapsedMs);

/** Waits until `holds`, turn by turn; ava's own time-out ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function watch(path: string) {
  const seen: number[] = [];
  const ends: (Error | null)[] = [];
  const models: DashboardModel[] = [];
  const client = connectFeed(path, {
    onModel(snapshot) {
      models.push(snapshot);
      seen.push(snapshot.run.elapsedMs);
    },
    onEnd: (error) => ends.push(error),
  });
  return { client, seen, ends, models };
}

/** A reader that speaks the lines itself. */
function rawReader(path: string): {
  socket: Socket;
  ask: () => void;
  lines: () => readonly string[];
  closed: () => boolean;
} {
  const socket = createConnection(path);
  let text = '';
  let closed = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  return {
    socket,
    ask: () => socket.write('{"command":"next"}\n'),
    lines: () => text.split('\n').slice(0, -1),
    closed: () => closed,
  };
}

test('a reader gets the very model that was published', async (t) => {
  const feed = await serveFeed(() => {});
  const { seen, models, client } = watch(feed.path);
  feed.publish(model(1000));
  await until(() => seen.length === 1);
  t.deepEqual(models[0], model(1000));
  client.close();
  await feed.close();
});

test('a reader that comes late gets the newest snapshot at once', async (t) => {
  const feed = await serveFeed(() => {});
  feed.publish(model(1000));
  feed.publish(model(2000));
  const { seen, client } = watch(feed.path);
  await until(() => seen.length > 0);
  t.deepEqual(seen, [2000]);
  client.close();
  await feed.close();
});

test('a reader that stalls gets the newest snapshot next, and none of those between', async (t) => {
  const feed = await serveFeed(() => {});
  const reader = rawReader(feed.path);
  const quick = watch(feed.path);
  feed.publish(model(1));
  reader.ask();
  await until(() => reader.lines().length === 1);
  for (let i = 2; i <= 500; i++) feed.publish(model(i));
  await until(() => quick.seen.at(-1) === 500);
  t.is(reader.lines().length, 1);
  reader.ask();
  await until(() => reader.lines().length === 2);
  t.is(JSON.parse(reader.lines()[1] ?? '').run.elapsedMs, 500);
  reader.socket.destroy();
  quick.client.close();
  await feed.close();
});

test('a reader that takes nothing costs the server one snapshot, whatever is published', async (t) => {
  const feed = await serveFeed(() => {});
  const reader = rawReader(feed.path);
  reader.ask();
  reader.socket.pause();
  feed.publish(fixtureModel(10_000, 1));
  const other = watch(feed.path);
  await until(() => other.seen.length === 1);
  for (let i = 2; i <= 300; i++) feed.publish(fixtureModel(10_000, i));
  await until(() => other.seen.at(-1) === 300);
  reader.socket.resume();
  await until(() => reader.lines().length > 0);
  // What a queue would have sent is here before the other reader sees the next snapshot.
  feed.publish(fixtureModel(10_000, 301));
  await until(() => other.seen.at(-1) === 301);
  t.is(reader.lines().length, 1);
  reader.socket.destroy();
  other.client.close();
  await feed.close();
});

test('closing sends the last snapshot to everyone, ends every reader and removes the socket', async (t) => {
  const feed = await serveFeed(() => {});
  const reader = rawReader(feed.path);
  const { seen, ends } = watch(feed.path);
  feed.publish(model(1));
  reader.ask();
  await until(() => reader.lines().length === 1 && seen.length === 1);
  feed.publish(model(2));
  await feed.close();
  await until(() => reader.closed() && ends.length === 1);
  t.is(seen.at(-1), 2);
  t.is(reader.lines().length, 2);
  t.deepEqual(ends, [null]);
  t.false(existsSync(dirname(feed.path)));
});

test('a reader that takes nothing cannot keep the feed from closing', async (t) => {
  const feed = await serveFeed(() => {});
  const reader = rawReader(feed.path);
  reader.ask();
  reader.socket.pause();
  const other = watch(feed.path);
  feed.publish(fixtureModel(1_000_000));
  await until(() => other.seen.length === 1);
  await feed.close();
  t.false(existsSync(feed.path));
  reader.socket.destroy();
});

test('commands reach the run in order', async (t) => {
  const commands: FeedCommand[] = [];
  const feed = await serveFeed((command) => commands.push(command));
  const { client, seen } = watch(feed.path);
  feed.publish(model(1));
  await until(() => seen.length === 1);
  client.send('stop');
  client.send('interrupt');
  client.send({ type: 'pause', paused: true });
  client.send({ type: 'size', byPct: -10 });
  client.send({ type: 'fault', kind: 'bank-kill', terminals: null });
  const fleet = Array.from({ length: 15_000 }, (_, i) => i);
  client.send({ type: 'fault', kind: 'delay', terminals: fleet });
  await until(() => commands.length === 6);
  t.deepEqual(commands, [
    'stop',
    'interrupt',
    { type: 'pause', paused: true },
    { type: 'size', byPct: -10 },
    { type: 'fault', kind: 'bank-kill', terminals: null },
    { type: 'fault', kind: 'delay', terminals: fleet },
  ]);
  client.close();
  await feed.close();
});

for (const [what, bytes] of [
  ['an unknown command', '{"command":"format"}\n'],
  ['a control that nobody knows', '{"command":{"type":"size","byPct":1000}}\n'],
  ['a fault that is aimed at nothing', '{"command":{"type":"fault","kind":"delay","terminals":[]}}\n'],
  ['no JSON', 'stop\n'],
  ['a JSON value that is no object', '[1]\n'],
  ['a line without end', 'x'.repeat(200_000)],
] as const) {
  test(`a reader that sends ${what} is cut off and commands nothing`, async (t) => {
    const commands: FeedCommand[] = [];
    const feed = await serveFeed((command) => commands.push(command));
    const reader = rawReader(feed.path);
    reader.socket.write(bytes);
    await until(reader.closed);
    t.deepEqual(commands, []);
    await feed.close();
  });
}

test('only its user may enter the directory of the socket', async (t) => {
  const feed = await serveFeed(() => {});
  t.is(statSync(dirname(feed.path)).mode & 0o777, 0o700);
  await feed.close();
});

test('a feed that is not there ends the client with an error', async (t) => {
  const { ends } = watch('/nonexistent/feed');
  await until(() => ends.length === 1);
  t.regex(ends[0]?.message ?? '', /ENOENT/);
});

test.serial('the run is told what all viewers together look at, and when one of them has gone', async (t) => {
  const told: string[] = [];
  const feed = await serveFeed((command) => {
    if (typeof command === 'object' && command.type === 'watched') told.push(command.terminals.join(' '));
  });
  const [one, other] = [watch(feed.path), watch(feed.path)];
  feed.publish(model(1));
  await until(() => one.seen.length + other.seen.length === 2);
  one.client.send({ type: 'watch', terminal: 7 });
  await until(() => told.length === 1);
  other.client.send({ type: 'watch', terminal: 3 });
  await until(() => told.length === 2);
  one.client.send({ type: 'watch', terminal: null });
  await until(() => told.length === 3);
  other.client.close();
  await until(() => told.length === 4);
  t.deepEqual(told, ['7', '7 3', '3', '']);
  await feed.close();
});

test.serial(
  'any number of feeds at once wait for the exit with one listener, and with none once they are closed',
  async (t) => {
    const before = process.listenerCount('exit');
    const feeds = await Promise.all(Array.from({ length: 12 }, () => serveFeed(() => {})));
    t.true(process.listenerCount('exit') <= before + 1);
    await Promise.all(feeds.map((feed) => feed.close()));
    t.true(feeds.every(({ path }) => !existsSync(dirname(path))));
    t.true(process.listenerCount('exit') <= before);
  },
);
