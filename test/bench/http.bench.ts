/**
 * What the HTTP drivers measure against a bank that answers after exactly 50 ms: the median must be 50 to 53 ms, and each
 * request counted once. `npm run bench:http`; run alone, the bound is tight.
 *
 * @module
 */
import { drive } from '../helpers/drive.ts';
import { fixedDelayFleet, startFixedDelayBank } from '../helpers/fixed-delay-bank.ts';

const DELAY_MS = 50;
const MEDIAN_MAX_MS = 53;

for (const generator of ['terminals', 'autocannon'] as const) {
  const bank = await startFixedDelayBank(DELAY_MS);
  const terminals = fixedDelayFleet(10);
  const { latency } = await drive({ generator, address: bank.address, terminals, ms: 10_000 });
  const balance = latency('balance');
  const at = (percentile: number) => balance.getValueAtPercentile(percentile) / 1000;
  const served = bank.requests.get('balance') ?? 0;
  const isRight = at(50) >= DELAY_MS && at(50) <= MEDIAN_MAX_MS && balance.totalCount === served;
  console.log(
    `${generator.padEnd(10)} ${isRight ? 'ok   ' : 'WRONG'} ${balance.totalCount} measured, ${served} served; ` +
      `p50 ${at(50).toFixed(1)} ms, p99 ${at(99).toFixed(1)} ms`,
  );
  if (!isRight) process.exitCode = 1;
  await bank.close();
}
