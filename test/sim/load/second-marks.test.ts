import test from 'ava';
import { Collector } from '../../../sim/load/collector.ts';
import { addFigures, STATES } from '../../../sim/load/second-marks.ts';

test('terminals are counted by state once a second; a look before there is anything to see does not count', (t) => {
  const collector = new Collector(1);
  const look = (second: number, states: string) => {
    collector.setSnapshot(0, { states, inFlight: 0, retries: 0 });
    collector.markStates(second);
  };
  look(0, '');
  look(0, '..$x');
  look(0, '....');
  look(2, '>@!.');
  t.deepEqual(STATES, ['idle', 'handshake', 'login', 'txn', 'error', 'offline']);
  t.deepEqual(collector.seconds.timeline.series(STATES, 3_000).rows, [
    [2, 0, 0, 1, 0, 1],
    STATES.map(() => null),
    [1, 1, 1, 0, 1, 0],
  ]);
});

test('what the bank reports twice in a second adds up; the longest commit is kept', (t) => {
  const first = addFigures(null, { batches: [4, 2], commitUs: [1_000, 3_000], loopLagUs: 50 });
  t.deepEqual(addFigures(first, { batches: [6], commitUs: [2_000], loopLagUs: 20 }), {
    commits: 3,
    commands: 12,
    commitUs: 6_000,
    commitMaxUs: 3_000,
    loopLagUs: 50,
  });
});
