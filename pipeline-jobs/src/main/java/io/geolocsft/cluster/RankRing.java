package io.geolocsft.cluster;

import com.google.common.hash.Hashing;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.RingPort;
import io.geolocsft.ring.RingSecret;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How the ranks of a run find each other: each listens, all tell each other their addresses once
 * through Spark's driver, and the ring forms. The ranks know a key that the driver drew for this
 * run and sent with the task; where {@code spark.authenticate} is on, Spark's own secret is part of
 * it.
 */
final class RankRing implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private static final int KEY_BYTES = 32;

  /** Marks what a rank tells in place of its address. */
  private static final String PROBLEM = "!";

  private final byte[] key;
  private final int timeoutSeconds;

  private RankRing(byte[] key, int timeoutSeconds) {
    this.key = key;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Looks at Spark's settings.
   *
   * @param unencrypted whether gradients may travel in the clear where Spark itself encrypts
   * @throws ConfigException if they may not
   */
  static void check(SparkConf conf, int ranks, boolean unencrypted) {
    boolean encrypts =
        conf.getBoolean("spark.ssl.enabled", false)
            || conf.getBoolean("spark.ssl.rpc.enabled", false)
            || conf.getBoolean("spark.network.crypto.enabled", false);
    if (ranks > 1 && encrypts && !unencrypted) {
      throw new ConfigException(
          "Spark encrypts its connections, but the ranks sum their gradients over connections that are authenticated and not encrypted. If the network between the executors is yours, set sft.unencrypted_ring: true; else sft.ranks: 1.");
    }
  }

  /**
   * On the driver.
   *
   * @param timeoutSeconds after which a rank that nothing is heard of counts as lost
   */
  static RankRing of(int timeoutSeconds) {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new RankRing(key, timeoutSeconds);
  }

  /**
   * In the task of a rank.
   *
   * @param problem why this rank cannot take part, which ends all of them; empty if it can
   * @throws ConfigException if any rank cannot take part
   */
  AllReduce join(BarrierTaskContext task, String problem) throws IOException {
    int ranks = task.numPartitions();
    InetAddress host = InetAddress.getByName(Placement.host());
    try (RingPort port = new RingPort(host)) {
      String own = problem.isEmpty() ? Placement.host() + ":" + port.number() : PROBLEM + problem;
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (String told : task.allGather(own)) {
        if (told.startsWith(PROBLEM)) {
          throw new ConfigException(told.substring(PROBLEM.length()));
        }
        int colon = told.lastIndexOf(':');
        addresses.add(
            new InetSocketAddress(
                told.substring(0, colon), Integer.parseInt(told.substring(colon + 1))));
      }
      return ranks == 1
          ? AllReduce.SINGLE
          : port.connect(
              task.partitionId(), addresses, secret(task), Duration.ofSeconds(timeoutSeconds));
    }
  }

  private RingSecret secret(BarrierTaskContext task) {
    String spark = SparkEnv.get().securityManager().getSecretKey();
    byte[] mixed =
        Hashing.hmacSha256(key)
            .hashString(spark == null ? "" : spark, StandardCharsets.UTF_8)
            .asBytes();
    return new RingSecret(mixed, task.stageId() + "." + task.stageAttemptNumber());
  }
}
