import test from 'ava';
import {
  bytes,
  clock,
  duration,
  durationTick,
  grouped,
  measured,
  money,
  percent,
  readable,
  significant,
  span,
} from '../../reports/format.ts';

const reads = test.macro<[got: string, expected: string]>({
  exec: (t, got, expected) => t.is(got, expected),
  title: (_, _got, expected) => `${expected} is how it reads`,
});

test(reads, grouped(184_213), '184,213');
test(reads, grouped(-1_000), '−1,000');
test(reads, grouped('1234567.50'), '1,234,567.50');
test(reads, significant(0), '0');
test(reads, significant(0.8123), '0.812');
test(reads, significant(4.606), '4.61');
test(reads, significant(46.06), '46.1');
test(reads, significant(4612.4), '4,612');
test(reads, duration(812), '812 µs');
test(reads, duration(4_606), '4.61 ms');
test(reads, duration(461_000), '461 ms');
test(reads, duration(12_340_000), '12.3 s');
test(reads, durationTick(10_000), '10 ms');
test(reads, durationTick(2_500_000), '2.5 s');
test(reads, span(850), '850 ms');
test(reads, span(4_100), '4.1 s');
test(reads, span(10_000), '10 s');
test(reads, span(123_412), '2 min 3 s');
test(reads, span(5_400_000), '1 h 30 min');
test(reads, clock(3_723_000), '1:02:03');
test(reads, money('1000000000'), '10,000,000.00');
test(reads, money('-46000'), '−460.00');
test(reads, money('7'), '0.07');
test(reads, money('-5'), '−0.05');
test(reads, percent(0.62), '62 %');
test(reads, percent(0.00076), '0.076 %');
test(reads, bytes(61_203_412), '61.2 MB');
test(reads, bytes(999), '999 B');
test(reads, measured(null, 'us'), '–');
test(reads, measured(0.5, '%'), '0.5 %');
test(reads, readable('<=1500us'), '<= 1,500 us');
test(reads, readable('<0.1%'), '< 0.1 %');
