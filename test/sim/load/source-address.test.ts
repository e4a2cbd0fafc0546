import test from 'ava';
import { httpNetFrom } from '../../../actors/node/http.ts';
import { listenTcp, tcpNetFrom } from '../../../actors/node/tcp.ts';
import { LINES_AN_ADDRESS, sourceAddress } from '../../../sim/load/source-address.ts';

const on = process.platform === 'linux' ? test : test.skip;
const nobody = { onOpen() {}, onData() {}, onEnd() {}, onClose() {} };

on('a large fleet on the loopback network comes from several addresses, a small one from any', (t) => {
  const at = (index: number, bank = '127.0.0.1:7001') => sourceAddress(index, bank);
  t.is(at(0), undefined);
  t.is(at(LINES_AN_ADDRESS - 1), undefined);
  t.is(at(LINES_AN_ADDRESS), '127.0.0.2');
  t.is(at(2 * LINES_AN_ADDRESS), '127.0.0.3');
  t.is(at(2 * LINES_AN_ADDRESS, '10.0.0.1:7001'), undefined);
});

for (const [name, netFrom] of Object.entries({ tcp: tcpNetFrom, http: httpNetFrom })) {
  on(`${name}: a line comes from the address it was given`, async (t) => {
    const remotes: string[] = [];
    const accepted = Promise.withResolvers<void>();
    const listener = await listenTcp('127.0.0.1:0', (conn) => {
      remotes.push(conn.remote);
      accepted.resolve();
      return nobody;
    });
    const line = netFrom('127.0.0.2').dial(listener.address, nobody);
    await accepted.promise;
    t.regex(remotes[0] ?? '', /^127\.0\.0\.2:/);
    line.destroy();
    listener.close();
  });
}
