/* The record layer of ATMB/1 (docs/PROTOCOL.md §4.3, §5) under an adversary that owns the network; for Spin 6.5.
 *
 * One session between a client and its bank, from the moment both have keys. The network remembers every frame and may
 * offer any of them to either end, any number of times, in any order. Of all other sessions it has a frame of every
 * type at every place in both directions. It may end a stream or write a clear Alert at any time. What it cannot do is
 * make a tag: a frame is its type, epoch and sequence under the keys of one session, one direction and one epoch.
 *
 * Results and how to repeat them: docs/formal/README.md. Each of these leaves one rule out, and then an assertion fails:
 *   -DNO_SEQ    the receiver takes any sequence number                       (R4)
 *   -DNO_DIR    both directions have the same keys                           (R3)
 *   -DNO_SESS   all sessions have the same keys                              (R2)
 *   -DNO_EPOCH  keys and receiver do not tell epochs apart                   (R5, R14)
 *   -DNO_STOP   sequence numbers begin again within an epoch                 (R4, R15)
 *   -DNO_WAIT   the bank sends Data before it has verified Finished          (R1)
 *   -DNO_CLOSE  the end of the stream is taken for a Close                   (R16)
 * -DCONTROL fails on purpose, when a session was closed in order after a key update each way: it can be had at all. */

/* Bounds, small here and large in protocol/direction.ts: records of an epoch (2^24) and epochs (2^16 - 1). */
#define RECORDS 4
#define EPOCHS  2
#define FRAMES  (RECORDS * EPOCHS)

#define CLIENT 0
#define BANK   1
#define peer(end) (1 - end)

/* Types of frames. */
#define FINISHED 1
#define DATA     2
#define UPDATE   3
#define CLOSE    4
#define ALERT    5

/* Phases of an end, as in protocol/channel.ts; from `CLOSED` on the channel has ended, and says why. */
#define HELLO       0
#define ESTABLISHED 1
#define CLOSING     2
#define CLOSED      3
#define VIOLATION   4
#define ALERTED     5
#define TRUNCATED   6
#define EXHAUSTED   7

/* What one end sends, as its sender counts it, and as the other end has taken it. */
typedef Direction {
  byte sent; byte type[FRAMES]; byte epoch[FRAMES]; byte seq[FRAMES];
  byte epochOut; byte seqOut; bool mayUpdateOut;
  byte taken; byte epochIn; byte seqIn; bool mayUpdateIn
};
Direction from[2];
byte phase[2];
bool verified[2];

inline seal(end, what) {
  assert(from[end].seqOut < RECORDS);
  from[end].type[from[end].sent] = what;
  from[end].epoch[from[end].sent] = from[end].epochOut;
  from[end].seq[from[end].sent] = from[end].seqOut;
  from[end].sent++;
#ifdef NO_STOP
  from[end].seqOut = (from[end].seqOut + 1) % RECORDS;
#else
  from[end].seqOut++;
#endif
  if
  :: what == UPDATE -> from[end].epochOut++; from[end].seqOut = 0; from[end].mayUpdateOut = false
  :: what == DATA -> from[end].mayUpdateOut = true
  :: else
  fi
}

#ifdef NO_STOP
#define hasNumberFor(end) true
#define hasRoom(end) (from[end].sent < FRAMES - 1)      /* or the model would be endless */
#else
#define hasNumberFor(end) (from[end].seqOut < RECORDS - 1)
#define hasRoom(end) true
#endif
#ifdef NO_WAIT
#define mayTalk(end) (hasRoom(end) && (phase[end] == ESTABLISHED || (end == BANK && phase[end] == HELLO)))
#else
#define mayTalk(end) (hasRoom(end) && phase[end] == ESTABLISHED)
#endif

/* An end talks: Data, or the Close of an epoch that is used up (R15); KeyUpdate, never twice without Data; Close. */
inline talk(end) {
  if
  :: hasNumberFor(end) -> seal(end, DATA)
  :: !hasNumberFor(end) -> seal(end, CLOSE); phase[end] = EXHAUSTED
  :: from[end].mayUpdateOut && from[end].epochOut < EPOCHS -> seal(end, UPDATE)
  :: phase[end] == ESTABLISHED -> seal(end, CLOSE); phase[end] = CLOSING
  fi
}

/* R8: whatever was wrong, one Alert and the end; after our own Close not even that. */
inline violate(end) {
  if
  :: phase[end] != CLOSING -> seal(end, ALERT)
  :: else
  fi;
  phase[end] = VIOLATION
}

/* The channel of `end` ends by Close: then it has everything the peer sent, to the last record (R16). */
inline closed(end) {
  phase[end] = CLOSED;
  assert(from[peer(end)].taken == from[peer(end)].sent);
  assert(from[peer(end)].type[from[peer(end)].sent - 1] == CLOSE);
#ifdef CONTROL
  assert(phase[CLIENT] != CLOSED || phase[BANK] != CLOSED || from[CLIENT].epochIn == 1 || from[BANK].epochIn == 1)
#endif
}

/* Frame `i` of direction `origin` of this session, or of another one, is offered to `end`. */
#define inbound from[peer(end)]
#define isGenuine (!isForeign && origin == peer(end) && i == inbound.taken)
#define isFaulty ( 0 \
  BIND_SESSION BIND_DIRECTION BIND_EPOCH BIND_SEQ BIND_STOP \
  || (phase[end] == HELLO && type != FINISHED && type != ALERT) \
  || (phase[end] != HELLO && type == FINISHED) \
  || (type == FINISHED && (isForeign || origin == end)) \
  || (type == UPDATE && (!inbound.mayUpdateIn || inbound.epochIn == EPOCHS)) )
#ifdef NO_SESS
#define BIND_SESSION
#else
#define BIND_SESSION || isForeign
#endif
#ifdef NO_DIR
#define BIND_DIRECTION
#else
#define BIND_DIRECTION || origin == end
#endif
#ifdef NO_EPOCH
#define BIND_EPOCH
#else
#define BIND_EPOCH || epoch != inbound.epochIn
#endif
#ifdef NO_SEQ
#define BIND_SEQ
#else
#define BIND_SEQ || seq != inbound.seqIn
#endif
#ifdef NO_STOP
#define BIND_STOP
#else
#define BIND_STOP || inbound.seqIn >= RECORDS
#endif

inline take(end) {
  assert(isGenuine);                       /* only ever the next frame that the peer sent in this very session */
  inbound.taken++;
#ifdef NO_STOP
  inbound.seqIn = (inbound.seqIn + 1) % RECORDS;
#else
  inbound.seqIn++;
#endif
  if
  :: type == FINISHED ->
       verified[end] = true;
       if
       :: end == CLIENT -> seal(CLIENT, FINISHED)       /* the bank's went with its hello */
       :: else
       fi;
       phase[end] = ESTABLISHED
  :: type == DATA ->
       assert(verified[CLIENT] && verified[BANK]);      /* R1 */
       inbound.mayUpdateIn = true
  :: type == UPDATE -> inbound.epochIn++; inbound.seqIn = 0; inbound.mayUpdateIn = false
  :: type == CLOSE ->
       if
       :: phase[end] == ESTABLISHED -> seal(end, CLOSE)
       :: else
       fi;
       closed(end)
  :: type == ALERT -> phase[end] = ALERTED
  fi
}

/* The stream ends, or a clear Alert comes, which anybody could have written: no more than a lost connection. */
inline cut(end) {
#ifdef NO_CLOSE
  closed(end)
#else
  phase[end] = TRUNCATED
#endif
}

active proctype Session() {
  byte end, origin, i, type, epoch, seq;
  bool isForeign;
  atomic {
    from[CLIENT].epochOut = 1; from[CLIENT].epochIn = 1; from[CLIENT].mayUpdateIn = true;
    from[BANK].epochOut = 1; from[BANK].epochIn = 1; from[BANK].mayUpdateIn = true;
    seal(BANK, FINISHED)
  }
  do
  :: phase[CLIENT] >= CLOSED && phase[BANK] >= CLOSED -> break
  :: atomic { mayTalk(CLIENT) -> talk(CLIENT) }
  :: atomic { mayTalk(BANK) -> talk(BANK) }
  :: atomic { phase[CLIENT] < CLOSED -> cut(CLIENT) }
  :: atomic { phase[BANK] < CLOSED -> cut(BANK) }
  :: atomic {
       if :: phase[CLIENT] < CLOSED -> end = CLIENT :: phase[BANK] < CLOSED -> end = BANK fi;
       if :: origin = CLIENT :: origin = BANK fi;
       if
       :: from[origin].sent > 0 ->
            select(i : 0 .. (from[origin].sent - 1));
            type = from[origin].type[i]; epoch = from[origin].epoch[i]; seq = from[origin].seq[i]
       :: isForeign = true;
            select(type : FINISHED .. ALERT); select(epoch : 1 .. EPOCHS); select(seq : 0 .. (RECORDS - 1))
       fi;
       if
       :: isFaulty -> violate(end)
       :: else -> take(end)
       fi;
       end = 0; origin = 0; i = 0; type = 0; epoch = 0; seq = 0; isForeign = false
     }
  od
}
