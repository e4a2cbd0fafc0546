/**
 * A made-up run with its dashboard, as `cashpoint run` starts it, for the tests in a real terminal.
 * `dashboard-parent.ts FILE` writes the child's pid to FILE and prints what the run was told and how the child
 * ended; as `dashboard-parent.ts top --feed PATH` it is that child.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { serveFeed } from '../../actors/node/feed.ts';
import { startDashboard } from '../../cli/dashboard-process.ts';
import { topCommand } from '../../cli/top.ts';
import { controlled, fixtureModel } from './dashboard-fixture.ts';

const [first = '', ...argv] = process.argv.slice(2);

if (first === 'top') {
  process.on('SIGUSR2', () => {
    throw new Error('crashed on purpose');
  });
  const feed = argv[argv.indexOf('--feed') + 1] ?? '';
  process.exit(
    await topCommand({
      feed,
      attached: false,
      theme: 'dark',
      color: 'auto',
      ascii: false,
      mouse: false,
      bell: false,
      plain: false,
      fps: 10,
    }),
  );
}

const commands: string[] = [];
let elapsedMs = 197_204;
const feed = await serveFeed((command) => {
  commands.push(typeof command === 'string' ? command : command.type);
  if (command === 'stop') void feed.close();
});
/** Exports go where the pid goes. */
function publish(): void {
  const model = controlled(fixtureModel(200, elapsedMs));
  feed.publish({ ...model, run: { ...model.run, directory: dirname(first) } });
}
const timer = setInterval(() => {
  elapsedMs += 200;
  publish();
}, 200);
publish();
const dashboard = startDashboard({
  feedPath: feed.path,
  argv,
  ...(process.argv[1] ? { entry: process.argv[1] } : {}),
});
writeFileSync(first, String(dashboard.pid));
const code = await dashboard.exited;
clearInterval(timer);
await feed.close();
process.stdout.write(`child ended ${code} commands ${commands.join(',') || 'none'}\n`);
