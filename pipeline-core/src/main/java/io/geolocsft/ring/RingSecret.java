package io.geolocsft.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the ranks of one attempt of one run know and nobody else: a key, and the name of the
 * attempt, so that a rank of an earlier attempt that is still alive cannot join.
 */
public final class RingSecret {

  static final int PROOF_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final byte[] session;

  /**
   * @param key shared by the ranks, 16 bytes at least
   * @param session names the attempt
   */
  public RingSecret(byte[] key, String session) {
    if (key.length < 16) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A key of %d bytes is too short", key.length));
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.session = session.getBytes(StandardCharsets.UTF_8);
  }

  /** HMAC-SHA256 over both sides' nonces and what the prover claims to be. */
  byte[] proof(String role, int rank, int ranks, byte[] challenge, byte[] own) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(role.getBytes(StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(12).putInt(rank).putInt(ranks).putInt(session.length).array());
      mac.update(session);
      mac.update(challenge);
      mac.update(own);
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Java without " + ALGORITHM, e);
    }
  }

  /** Whether two proofs are equal, in a time that tells nothing about where they differ. */
  static boolean equal(byte[] left, byte[] right) {
    return MessageDigest.isEqual(left, right);
  }
}
