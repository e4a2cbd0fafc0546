import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { tellPeer } from '../../../actors/node/ipc.ts';

test('what is told to a process that died a moment ago comes to nothing, and to no error', async (t) => {
  const child = spawn(process.execPath, ['-e', "process.on('message', (text) => process.send(text))"], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  tellPeer(child, 'hello');
  t.deepEqual(await once(child, 'message'), ['hello', undefined]);
  const errors: Error[] = [];
  child.on('error', (error) => errors.push(error));
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  // It dies while nothing is heard of it here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  t.true(child.connected);
  tellPeer(child, 'are you there?');
  await exited;
  tellPeer(child, 'are you there?');
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.deepEqual(errors, []);
});
