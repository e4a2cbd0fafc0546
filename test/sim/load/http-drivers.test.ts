import test from 'ava';
import { drive } from '../../helpers/drive.ts';
import { fixedDelayFleet, startFixedDelayBank } from '../../helpers/fixed-delay-bank.ts';

const DELAY_MS = 50;
const TERMINALS = 8;
/** Of a loaded machine; `npm run bench:http` holds the figures to 53 ms. */
const SLACK_MS = 100;

for (const generator of ['terminals', 'autocannon'] as const) {
  test.serial(
    `${generator}: what takes 50 ms at the bank is measured as 50 ms, and each request once`,
    async (t) => {
      const bank = await startFixedDelayBank(DELAY_MS);
      const terminals = fixedDelayFleet(TERMINALS);
      const driven = await drive({ generator, address: bank.address, terminals, ms: 1_500 });
      const balance = driven.latency('balance');
      t.true(balance.totalCount >= 5 * TERMINALS, `${balance.totalCount} requests`);
      t.is(balance.totalCount, bank.requests.get('balance') ?? 0);
      t.is(driven.latency('login').totalCount, TERMINALS);
      for (const percentile of [0, 50]) {
        const ms = balance.getValueAtPercentile(percentile) / 1000;
        t.true(ms >= DELAY_MS && ms < DELAY_MS + SLACK_MS, `p${percentile} ${ms} ms`);
      }
      const operations = driven.history.filter((record) => record.type === 'op');
      t.is(operations.filter(({ op }) => op === 'balance').length, balance.totalCount);
      t.true(operations.every(({ outcome }) => outcome === 'ok'));
      t.is(driven.history.filter((record) => record.type === 'cash').length, TERMINALS);
      const { autocannon } = driven.result;
      // A hello and a Close beside the operations, each a POST.
      if (autocannon) t.is(autocannon.posts, balance.totalCount + 3 * TERMINALS);
      t.is(autocannon === undefined, generator === 'terminals');
      await bank.close();
    },
  );
}
