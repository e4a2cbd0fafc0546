import test from 'ava';
import { parseMix } from '../../../sim/load/options.ts';

test('a mix names what is wrong with it', (t) => {
  t.like(parseMix('deposit=60,withdraw=40'), { deposit: 60, withdraw: 40, login: 0 });
  t.regex(String(parseMix('depsit=1')), /got "depsit"/);
  t.regex(String(parseMix('deposit')), /whole number after "deposit="/);
  t.regex(String(parseMix('deposit=0')), /at least one weight/);
});
