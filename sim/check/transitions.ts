/**
 * Machine → state → event → where it may lead: every transition of every machine that is run as an actor. Made by
 * `scripts/transitions.ts` and checked in, so that a machine cannot change what it may do without this table changing
 * in plain sight; a test compares the two.
 *
 * @module
 */
export const TRANSITIONS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>
> = {
  bank: {
    'serving.idle': {
      'mailbox.filled': ['serving.gathering'],
      'bank.stop': ['stopped'],
    },
    'serving.gathering': {
      'clock.turned': ['serving.committing'],
      'bank.stop': ['draining.gathering'],
    },
    'serving.committing': {
      'store.committed': ['serving.idle', 'serving.gathering'],
      'store.failed': ['failed'],
      'bank.stop': ['draining.committing'],
    },
    'draining.gathering': {
      'clock.turned': ['draining.committing'],
    },
    'draining.committing': {
      'store.committed': ['stopped', 'draining.gathering'],
      'store.failed': ['failed'],
    },
  },
  serverSession: {
    awaitingHello: {
      'channel.helloAnswered': ['halfOpen'],
      'channel.established': ['established.listening'],
      'channel.ended': ['lingering'],
      'bank.dismissed': ['closed'],
      'xstate.after.hello.serverSession.awaitingHello': ['closed'],
      'net.closed': ['closed'],
    },
    halfOpen: {
      'channel.established': ['established.listening'],
      'channel.ended': ['lingering'],
      'bank.dismissed': ['closed'],
      'xstate.after.halfOpen.serverSession.halfOpen': ['closed'],
      'net.closed': ['closed'],
    },
    'established.listening': {
      'xstate.after.silence.serverSession.established.listening': ['established.listening'],
      'channel.ended': ['lingering'],
      'bank.dismissed': ['closing'],
      'session.silent': ['closing'],
      'xstate.after.age.serverSession.established': ['closing'],
      'net.closed': ['closed'],
    },
    closing: {
      'channel.ended': ['lingering'],
      'xstate.after.close.serverSession.closing': ['closed'],
      'net.closed': ['closed'],
    },
    lingering: {
      'xstate.after.close.serverSession.lingering': ['closed'],
      'net.closed': ['closed'],
    },
  },
  terminalLink: {
    offline: {
      'link.start': ['dialling'],
    },
    dialling: {
      'net.opened': ['hello'],
      'net.closed': ['backOff'],
      'link.stop': ['offline'],
      'xstate.after.dial.terminalLink.dialling': ['backOff'],
    },
    hello: {
      'channel.helloAccepted': ['confirm'],
      'channel.established': ['established.serving.listening'],
      'channel.ended': ['backOff'],
      'net.closed': ['backOff'],
      'link.stop': ['offline'],
      'xstate.after.handshake.terminalLink.hello': ['backOff'],
    },
    confirm: {
      'channel.established': ['established.serving.listening'],
      'channel.ended': ['backOff'],
      'net.closed': ['backOff'],
      'link.stop': ['offline'],
      'xstate.after.handshake.terminalLink.confirm': ['backOff'],
    },
    'established.serving.listening': {
      'xstate.after.echo.terminalLink.established.serving.listening': ['established.serving.listening'],
      'xstate.after.rekey.terminalLink.established.serving': ['established.rekeying'],
      'channel.ended': ['backOff'],
      'net.closed': ['backOff'],
      'link.stop': ['closing'],
    },
    'established.rekeying': {
      always: ['established.serving.listening'],
    },
    closing: {
      'channel.ended': ['offline'],
      'net.closed': ['offline'],
      'xstate.after.close.terminalLink.closing': ['offline'],
    },
    backOff: {
      'link.stop': ['offline'],
      'xstate.after.backOff.terminalLink.backOff': ['dialling'],
    },
  },
  withdrawal: {
    authorising: {
      'bank.replied': ['stacking', 'backingOff', 'reversing', 'declined'],
      'bank.lost': ['reversing'],
      'xstate.after.replyTimeout.withdrawal.authorising': ['reversing'],
    },
    backingOff: {
      'bank.lost': ['reversing'],
      'xstate.after.backoff.withdrawal.backingOff': ['authorising'],
    },
    stacking: {
      'device.stacked': ['presenting'],
      'device.jammed': ['reversing'],
      'device.orderRefused': ['reversing'],
    },
    presenting: {
      'device.presented': ['presented'],
      'device.presentFailed': ['reversing'],
      'device.presentUnknown': ['suspect'],
    },
    presented: {
      'device.notesTaken': ['paid'],
      'xstate.after.takeTimeout.withdrawal.presented': ['retracting'],
    },
    retracting: {
      'device.retracted': ['suspect', 'reversing', 'paid'],
    },
    reversing: {
      'bank.replied': ['reversing'],
      'advice.acknowledged': ['reversed'],
    },
  },
  deposit: {
    'asking.awaitingReply': {
      'xstate.after.replyTimeout.deposit.asking.awaitingReply': ['asking.awaitingReply', 'reversing'],
      'bank.replied': ['storing', 'asking.backingOff', 'returning'],
      'bank.lost': ['reversing'],
    },
    'asking.backingOff': {
      'xstate.after.backoff.deposit.asking.backingOff': ['asking.awaitingReply', 'reversing', 'returning'],
      'bank.replied': ['storing', 'asking.backingOff', 'returning'],
      'bank.lost': ['reversing'],
    },
    reversing: {
      'advice.acknowledged': ['storing', 'returning'],
    },
    storing: {
      'device.stored': ['stored'],
    },
    returning: {
      'device.returned': ['returned', 'suspect'],
    },
  },
  enquiry: {
    'asking.awaitingReply': {
      'xstate.after.replyTimeout.enquiry.asking.awaitingReply': [
        'asking.awaitingReply',
        'reversing',
        'unknown',
      ],
      'bank.replied': ['asking.backingOff', 'answered'],
      'bank.lost': ['reversing', 'unknown'],
    },
    'asking.backingOff': {
      'xstate.after.backoff.enquiry.asking.backingOff': [
        'asking.awaitingReply',
        'reversing',
        'unknown',
        'answered',
      ],
      'bank.replied': ['asking.backingOff', 'answered'],
      'bank.lost': ['reversing', 'unknown'],
    },
    reversing: {
      'advice.acknowledged': ['reversed'],
    },
  },
};
