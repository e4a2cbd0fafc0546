/**
 * Defences that can be seen to work from the network, each a "sometimes" mark: over enough seeds every one of them must
 * have been reached, or the adversary is not as busy as it should be. Mostly the sign is the Alert of the side that was
 * to be fooled, with nothing else said before.
 *
 * @module
 */
export const BYZANTINE_MARKS = {
  'lost record noticed': 'a record was dropped, and the next one was refused',
  'lost prefix noticed': 'the first record after Finished was dropped, and the next one was refused',
  'duplicate refused': 'a record arrived twice',
  'reordered records refused': 'two records changed places',
  'replay refused': 'an earlier record of the session arrived again',
  'spliced record refused': 'a record of another session arrived',
  'old reply refused': 'a reply of an old session arrived in a new one: no phantom approval',
  'reflection to the bank refused': "the bank's own record came back to it",
  'reflection to a terminal refused': "a terminal's own record came back to it",
  'changed record refused': 'one bit of a record was changed',
  'confused record refused': 'type, version, epoch or number of a record was changed',
  'shortened record refused': 'a record lost its tail',
  'lengthened record refused': 'a record grew',
  'deaf line given up':
    'a record announced more bytes than it had, so that all that followed was taken for its end',
  'made-up record refused': 'Data or KeyUpdate that nobody sent, in clear or sealed with no key',
  'clear Alert ends the line': 'an Alert that nobody sent costs the connection and no more',
  'end without Close ends the line': 'a stream that ends without Close counts as cut off',
  'KeyUpdate abuse refused': 'a KeyUpdate was lost, doubled or came late',
  'handshake step refused': 'a step of the handshake was left out, doubled or an old one',
  'downgrade of the offer refused': 'the suites in a ClientHello were changed',
  'downgrade of the choice refused': 'the suite in a ServerHello was changed',
  'forged ClientHello refused': 'a field of a ClientHello was changed, its terminal or its time for instance',
  'forged ServerHello refused': 'a field of a ServerHello was changed',
  'impersonation refused': 'somebody without the key answered in place of the bank',
  'old bank refused': 'the bank of an old session answered in place of the present one',
  'relayed hello refused': 'the hello of one terminal was said on the line of another',
  'stolen hello timed out': 'a fresh hello without a Finished was given up by the bank',
  'replayed hello refused': 'a hello was said again within its window',
  'stale hello refused': 'a hello was said again after its window',
  'replayed session refused': 'all that a terminal had said in a session was said again',
  'silent caller dropped': 'a caller that said no whole hello was dropped in time',
  'garbage refused': 'a caller that spoke another language was refused',
} as const;

export type ByzantineMark = keyof typeof BYZANTINE_MARKS;
