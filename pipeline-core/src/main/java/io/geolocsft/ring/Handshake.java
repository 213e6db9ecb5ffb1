package io.geolocsft.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * How two neighbours prove to each other that they know the secret, before either reads anything
 * else. The one who connects sends {@code magic, rank, nonce}; the other one answers {@code magic,
 * rank, nonce, proof}; the first one ends with its own {@code proof}. A proof covers both nonces,
 * the prover's role and rank, and the attempt.
 *
 * @param rank of this side
 */
record Handshake(RingSecret secret, int rank, int ranks, int timeoutMillis) {

  private static final long MAGIC = 0x474c5352494e4731L; // "GLSRING1"
  private static final int NONCE_BYTES = 32;
  private static final String CONNECTS = "connects";
  private static final String ACCEPTS = "accepts";
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * The side that connected.
   *
   * @param peer rank that must answer
   */
  void connect(Socket socket, int peer) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] own = nonce();
    send(out, own);
    byte[] other = receive(in, peer);
    require(in, secret.proof(ACCEPTS, peer, ranks, own, other));
    out.write(secret.proof(CONNECTS, rank, ranks, other, own));
    out.flush();
  }

  /** The side that was connected to. */
  void accept(Socket socket, int peer) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] other = receive(in, peer);
    byte[] own = nonce();
    send(out, own);
    out.write(secret.proof(ACCEPTS, rank, ranks, other, own));
    out.flush();
    require(in, secret.proof(CONNECTS, peer, ranks, own, other));
  }

  private void send(DataOutputStream out, byte[] nonce) throws IOException {
    out.writeLong(MAGIC);
    out.writeInt(rank);
    out.write(nonce);
    out.flush();
  }

  private static byte[] receive(DataInputStream in, int peer) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new RingException("it does not speak the ring's protocol");
    }
    int named = in.readInt();
    if (named != peer) {
      throw new RingException(
          String.format(Locale.ROOT, "it calls itself rank %d, not %d", named, peer));
    }
    byte[] nonce = new byte[NONCE_BYTES];
    in.readFully(nonce);
    return nonce;
  }

  private static void require(DataInputStream in, byte[] proof) throws IOException {
    byte[] given = new byte[RingSecret.PROOF_BYTES];
    in.readFully(given);
    if (!RingSecret.equal(given, proof)) {
      throw new RingException("it does not know the run's secret");
    }
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }
}
