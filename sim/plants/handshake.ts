/**
 * Bugs planted in the handshake and the keys that come of it.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const HANDSHAKE_PLANTS: readonly Plant[] = [
  {
    name: 'forged-hello-accepted',
    summary: 'The bank answers a hello whose binder does not verify',
    invariant: 'AGREE',
    budget: 40,
    patches: [
      { file: 'protocol/server-channel.ts', find: "if (!isBound) return 'bad binder';", replace: '' },
    ],
  },
  {
    name: 'hello-replay-accepted',
    summary: 'The bank answers a hello that it has answered before',
    invariant: 'REPLAY',
    budget: 40,
    patches: [
      {
        file: 'protocol/hello-guard.ts',
        find: "if (memory.binders.has(key)) return 'replayed';",
        replace: "if (memory.binders.has(key)) return 'ok';",
      },
    ],
  },
  {
    name: 'bank-nonce-constant',
    summary: "The bank's nonce is the same in every handshake",
    invariant: 'NONCE',
    budget: 5,
    patches: [
      {
        file: 'protocol/server-channel.ts',
        find: "const nonceS = this.entropy.bytes(32, 'nonce_s');",
        replace: 'const nonceS = new Uint8Array(32).fill(0x5a);',
      },
    ],
  },
  {
    name: 'terminal-nonce-reused',
    summary: 'A terminal sends the same nonce in each of its handshakes',
    invariant: 'NONCE',
    budget: 20,
    patches: [
      {
        file: 'protocol/client-channel.ts',
        find: "const nonceC = this.entropy.bytes(32, 'nonce_c');",
        replace: 'const nonceC = kBind(kShared, { terminal, keyId: 0 });',
      },
    ],
  },
  {
    name: 'direction-keys-shared',
    summary: 'Both directions of a session are sealed under one set of keys',
    invariant: 'KEYFRESH',
    budget: 5,
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "serverTraffic: derive('s traffic'),",
        replace: "serverTraffic: derive('c traffic'),",
      },
    ],
  },
  {
    name: 'suite-list-not-in-transcript',
    summary: 'Neither the binder nor the transcript covers the suites that were offered',
    invariant: 'AGREE',
    budget: 60,
    patches: [
      {
        file: 'protocol/hello.ts',
        find: 'hmac(bindKey, sha256(frame.subarray(0, frame.length - BINDER_BYTES)));',
        replace: 'hmac(bindKey, sha256(frame.subarray(HEADER_BYTES, HEADER_BYTES + 92)));',
      },
      {
        file: 'protocol/key-schedule.ts',
        find: 'sha256(concat([clientHello, serverHello]));',
        replace: 'sha256(concat([clientHello.subarray(16, 108), serverHello]));',
      },
    ],
  },
  {
    name: 'lockout-reset-by-session',
    summary: 'A terminal that connects anew clears the counts of wrong passwords',
    invariant: 'LOCKOUT',
    budget: 40,
    patches: [
      {
        file: 'actors/bank-server.ts',
        find: '    this.#leaveHalfOpen(session);\n    const { terminal, keyId, remote } = session;',
        replace: `    this.#leaveHalfOpen(session);
    const { customers } = this.#deps.bank.state;
    for (const [id, row] of [...customers]) customers.set(id, { ...row, tries: 0 });
    const { terminal, keyId, remote } = session;`,
      },
    ],
  },
  {
    name: 'lockout-reset-by-restart',
    summary: 'A bank that starts again has forgotten the counts of wrong passwords',
    invariant: 'LOCKOUT',
    budget: 60,
    patches: [
      {
        file: 'bank/state.ts',
        find: 'for (const row of input.image.customers) state.customers.set(row.id, row);',
        replace:
          'for (const row of input.image.customers) state.customers.set(row.id, { ...row, tries: 0 });',
      },
    ],
  },
  {
    name: 'lock-forgotten',
    summary: 'A customer whose last try was wrong is not locked',
    invariant: 'LOCKOUT',
    budget: 200,
    patches: [
      {
        file: 'bank/decide/login.ts',
        find: 'if (triesLeft > 0) return refused;',
        replace: 'return refused;',
      },
    ],
  },
  {
    name: 'identity-from-the-body',
    summary: 'A request is taken to be of the customer whose account it names',
    invariant: 'INTEGRITY',
    budget: 40,
    patches: [
      {
        file: 'actors/request-router.ts',
        find: "{ type: 'request', origin: originOf(session), request },",
        replace:
          "{ type: 'request', origin: claimed(originOf(session), request, this.#deps.bank.state), request },",
      },
      {
        file: 'actors/request-router.ts',
        find: 'const originOf = (',
        replace: `const claimed = (origin: Origin, request: any, { customers }: any): Origin => {
  const account = request.account ?? request.from;
  const owner = [...customers.values()].find(({ accounts }) => accounts.includes(account));
  return owner ? { ...origin, customer: owner.id } : origin;
};

const originOf = (`,
      },
    ],
  },
  {
    name: 'balance-pushed-to-everybody',
    summary: 'A changed balance is told to every session where somebody is logged in',
    invariant: 'INTEGRITY',
    budget: 20,
    patches: [
      {
        file: 'actors/bank-server.ts',
        find: 'const audience = this.#byAccount.get(view.account);\n      if (audience === undefined)',
        replace: `const audience = new Set([...this.#byAccount.values()].flatMap((each) => [...each]));
      if (audience === undefined)`,
      },
    ],
  },
];
