package io.geolocsft.endpoint;

import io.geolocsft.endpoint.FailedCall.Reach;
import java.time.Duration;
import java.util.Locale;

/** Tries a call until it is answered, or another try is of no use. */
final class Persistence {

  /**
   * So many failures of one request are its own where others are answered meanwhile: of requests to
   * a server that fails every third time, two in a million.
   */
  private static final int MOST_OWN = 12;

  /** What a limit on requests brings to one that is unlucky takes longer to be its own. */
  private static final int MOST = 20;

  private final EndpointSettings settings;
  private final Pace pace;
  private final Backoff backoff;
  private final Standing standing;
  private final Time time;

  Persistence(EndpointSettings settings, Pace pace, Backoff backoff, Standing standing, Time time) {
    this.settings = settings;
    this.pace = pace;
    this.backoff = backoff;
    this.standing = standing;
    this.time = time;
  }

  /** Something that is asked of the server. */
  @FunctionalInterface
  interface Call<T> {
    T go() throws FailedCall, EndpointException, InterruptedException;
  }

  <T> T answer(Call<T> call) throws EndpointException, InterruptedException {
    Failures failures = new Failures();
    while (true) {
      try {
        return once(call);
      } catch (FailedCall failure) {
        Duration wait = failures.add(failure);
        if (failure.reach() == Reach.SERVER) {
          pace.pause(wait);
        }
        time.sleep(wait);
      }
    }
  }

  private <T> T once(Call<T> call) throws FailedCall, EndpointException, InterruptedException {
    pace.enter();
    try {
      standing.check();
      return call.go();
    } catch (UnusableEndpointException e) {
      standing.isUnusable(e);
      throw e;
    } catch (RefusedRequestException e) {
      UnusableEndpointException all = standing.refused(e).orElse(null);
      if (all == null) {
        throw e;
      }
      standing.isUnusable(all);
      throw all;
    } finally {
      pace.leave();
    }
  }

  /** Those of one call. */
  private final class Failures {
    private final long others = standing.answers();
    private long first;
    private int count;
    private int own;

    /** How long to wait before the next try. */
    Duration add(FailedCall failure) throws EndpointException {
      first = count++ == 0 ? time.nanos() : first;
      own += failure.reach() == Reach.REQUEST ? 1 : 0;
      if ((own >= MOST_OWN || isTooLong()) && standing.answers() > others) {
        throw new RefusedRequestException(
            "The server fails at this request, the last time with " + failure.getMessage());
      }
      Duration away = Duration.ofNanos(time.nanos() - Math.max(first, standing.lastAnswer()));
      Duration left = settings.patience().minus(away);
      // A server's wish is kept, and not by all at the same moment.
      Duration wait =
          failure
              .wish()
              .map(wish -> wish.plus(backoff.after(1)))
              .orElseGet(() -> Transport.shorter(backoff.after(count), left));
      if (left.isNegative() || left.isZero() || wait.compareTo(left) > 0) {
        throw away(failure, away);
      }
      return wait;
    }

    private boolean isTooLong() {
      return count >= MOST && time.nanos() - first > settings.patience().toNanos();
    }

    private EndpointAwayException away(FailedCall failure, Duration away) {
      return new EndpointAwayException(
          String.format(
              Locale.ROOT,
              "%s has answered nothing for %s%s, and patience is %s; the last of %d tries ended with"
                  + " %s. Look after the server, then run this again",
              settings.url(),
              Transport.shown(away),
              failure.wish().map(wish -> " and wants " + Transport.shown(wish)).orElse(""),
              Transport.shown(settings.patience()),
              count,
              failure.getMessage()));
    }
  }
}
