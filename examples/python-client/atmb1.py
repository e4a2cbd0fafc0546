#!/usr/bin/env python3
"""A cash machine in one file, written from docs/PROTOCOL.md alone: logs a customer in, deposits notes, prints the balance.

    python3 atmb1.py 127.0.0.1:7001 ATM-001.key alice alice.password 50x2,20x1 [--suite 1|2] [--txn HEX]

Key file from `cashpoint bank terminals enrol`, the password in a file of its own. Needs Python 3.9 and `cryptography`
(Debian: python3-cryptography). Prints the bank's replies as JSON, a line each. Exit 0 when everything was approved, 1
when the bank refused, 3 when the session failed. The outcome of a deposit is then unknown: the same again with --txn
and the id that was printed asks for it, and is never booked twice. A real machine keeps that id in a journal.
"""
import argparse, hashlib, hmac, json, os, socket, struct, sys, time
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT_HELLO, SERVER_HELLO, FINISHED, DATA, KEY_UPDATE, CLOSE, ALERT = 1, 2, 3, 0x10, 0x11, 0x12, 0x15
PSK, X25519_PSK = 1, 2
BUCKET = 512


class Broken(Exception):
    """The session is over without Close: what was asked and not answered may or may not have happened."""


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand_label(secret, label, context, size):  # §4.2
    name = b"atmb1 " + label
    info = struct.pack(">HB", size, len(name)) + name + bytes([len(context)]) + context
    return mac(secret, info + b"\x01")[:size]


def header(kind, epoch, seq, size):  # §2
    return struct.pack(">BBBBHHQ", 0xA7, 1, kind, 0, epoch, size, seq)


class Direction:
    """Keys and sequence of what one side sends (§4.2, §5)."""

    def __init__(self, traffic):
        self.epoch, self.traffic = 0, traffic
        self.next_epoch(traffic)

    def next_epoch(self, traffic=None):
        self.traffic = traffic or expand_label(self.traffic, b"upd", b"", 32)
        self.epoch, self.seq = self.epoch + 1, 0
        self.k_enc = expand_label(self.traffic, b"enc", b"", 16)
        self.k_mac = expand_label(self.traffic, b"mac", b"", 32)

    def seal(self, kind, plaintext):
        padder, iv = padding.PKCS7(128).padder(), os.urandom(16)
        cipher = Cipher(algorithms.AES(self.k_enc), modes.CBC(iv)).encryptor()
        ct = cipher.update(padder.update(plaintext) + padder.finalize()) + cipher.finalize()
        head = header(kind, self.epoch, self.seq, len(ct) + 48)
        self.seq += 1
        return head + iv + ct + mac(self.k_mac, head + iv + ct)

    def open(self, head, body):
        _, _, kind, _, epoch, _, seq = struct.unpack(">BBBBHHQ", head)
        good = (epoch, seq) == (self.epoch, self.seq) and len(body) >= 64 and len(body) % 16 == 0
        if not good or not hmac.compare_digest(body[-32:], mac(self.k_mac, head + body[:-32])):
            raise Broken("a record from the bank that is not genuine")
        self.seq += 1
        cipher = Cipher(algorithms.AES(self.k_enc), modes.CBC(body[:16])).decryptor()
        unpadder = padding.PKCS7(128).unpadder()
        return kind, unpadder.update(cipher.update(body[16:-32]) + cipher.finalize()) + unpadder.finalize()


class Session:
    """One connection to the bank, from hello to Close."""

    def __init__(self, address, key_file, suites):
        key = json.load(open(key_file))
        tid, kid = key["terminal"].encode().ljust(16, b"\0"), struct.pack(">I", key["keyId"])
        self.k_shared = bytes.fromhex(key["kShared"])
        host, _, port = address.rpartition(":")
        self.socket, self.rid = socket.create_connection((host, int(port)), timeout=30), 0
        self.handshake(tid, kid, suites)

    def handshake(self, tid, kid, suites):  # §3, §4
        nonce_c, private = os.urandom(32), X25519PrivateKey.generate()
        with_dh = X25519_PSK in suites
        eph_c = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) if with_dh else bytes(32)
        body = tid + kid + struct.pack(">Q", int(time.time() * 1000)) + nonce_c + eph_c
        body += bytes([len(suites)]) + b"".join(struct.pack(">H", s) for s in suites) + b"\0"
        head = header(CLIENT_HELLO, 0, 0, len(body) + 32)
        k_bind = expand_label(self.k_shared, b"binder", tid + kid, 32)
        hello = head + body + mac(k_bind, hashlib.sha256(head + body).digest())
        self.socket.sendall(hello)

        answer, body = self.frame()
        if answer != header(SERVER_HELLO, 0, 0, 86):
            raise Broken("the bank refused the hello" if answer[2] == ALERT else "not a ServerHello")
        nonce_s, eph_s, suite, key_id = body[:32], body[32:64], struct.unpack(">H", body[64:66])[0], body[66:70]
        if suite not in suites or key_id != kid or (eph_s == bytes(32)) == (suite == X25519_PSK):
            raise Broken("a ServerHello that does not fit the hello")
        th = hashlib.sha256(hello + answer + body).digest()
        prk = mac(self.k_shared, nonce_c + nonce_s)
        if suite == X25519_PSK:
            prk = mac(prk, private.exchange(X25519PublicKey.from_public_bytes(eph_s)))
        self.send_keys = Direction(expand_label(prk, b"c traffic", th, 32))
        self.receive_keys = Direction(expand_label(prk, b"s traffic", th, 32))
        finished = mac(expand_label(prk, b"s finished", th, 32), th)
        kind, plaintext = self.record()
        if kind != FINISHED or not hmac.compare_digest(plaintext, finished):
            raise Broken("the bank does not have our key")
        self.queued = self.send_keys.seal(FINISHED, mac(expand_label(prk, b"c finished", th, 32), th))

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise Broken("the connection ended without Close")
            data += piece
        return data

    def frame(self):
        head = self.read(16)
        if head[:2] != b"\xa7\x01":
            raise Broken("not ATMB/1")
        return head, self.read(struct.unpack(">H", head[6:8])[0])

    def record(self):
        kind, plaintext = self.receive_keys.open(*self.frame())
        if kind == KEY_UPDATE:
            self.receive_keys.next_epoch()
            return self.record()
        return kind, plaintext

    def send(self, kind, plaintext=b""):
        """Finished waits for the first record and goes out with it."""
        self.socket.sendall(self.queued + self.send_keys.seal(kind, plaintext))
        self.queued = b""

    def ask(self, kind, **fields):
        """Sends one request and returns its reply; pushes that come before it are passed over."""
        self.rid += 1
        message = json.dumps({"type": kind, "rid": self.rid, **fields}).encode()
        plaintext = struct.pack(">H", len(message)) + message
        room = -len(plaintext) % BUCKET
        self.send(DATA, plaintext + bytes(room if room != 1 else room + BUCKET))
        while True:
            record, plaintext = self.record()
            if record != DATA:
                raise Broken("the bank ended the session")
            while len(plaintext) >= 2 and (size := struct.unpack(">H", plaintext[:2])[0]):
                reply, plaintext = json.loads(plaintext[2 : 2 + size]), plaintext[2 + size :]
                if reply.get("rid") == self.rid:
                    return reply

    def close(self):
        self.send(CLOSE)
        while self.record()[0] != CLOSE:
            pass
        self.socket.close()


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("bank", "key", "user", "password", "notes"):
        flags.add_argument(name)
    flags.add_argument("--suite", type=int, choices=(PSK, X25519_PSK), help="offer this one only")
    flags.add_argument("--txn", help="of a deposit whose outcome is unknown")
    given = flags.parse_args()
    counts = [(100 * int(note), int(count)) for note, count in (n.split("x") for n in given.notes.split(","))]
    try:
        session = Session(given.bank, given.key, [given.suite] if given.suite else [X25519_PSK, PSK])
        password = open(given.password).read().rstrip("\n")
        login = session.ask("login", user=given.user, password=password, txnId=os.urandom(16).hex())
        print(json.dumps(login))
        approved = login["code"] == "APPROVED"
        if approved:
            notes = [{"denomination": str(value), "count": count} for value, count in counts]
            account, amount = login["accounts"][0]["account"], str(sum(value * count for value, count in counts))
            txn, attempt = (given.txn, 2) if given.txn else (os.urandom(16).hex(), 1)
            print(f"deposit {txn}", file=sys.stderr, flush=True)
            reply = session.ask("deposit", txnId=txn, attempt=attempt, account=account, amount=amount, notes=notes)
            print(json.dumps(reply))
            approved = reply["code"] == "APPROVED"
        session.close()
        sys.exit(0 if approved else 1)
    except (Broken, OSError, ValueError) as problem:
        print(f"{given.bank}: {problem}", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
