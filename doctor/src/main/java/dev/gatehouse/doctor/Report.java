package dev.gatehouse.doctor;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// Everything the probe found, in the order of the steps.
public record Report(Plan plan, String network, Instant when, List<Result> results) {
    public Report {
        results = List.copyOf(results);
    }

    <R extends Result> List<R> all(Class<R> kind) {
        return results.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <R extends Result> Optional<R> first(Class<R> kind) {
        return first(kind, _ -> true);
    }

    <R extends Result> Optional<R> first(Class<R> kind, Predicate<R> that) {
        return results.stream().filter(kind::isInstance).map(kind::cast).filter(that).findFirst();
    }

    /// The handshake as the device would make it.
    Optional<Result.Handshake> ownHandshake() {
        return first(Result.Handshake.class, shake -> shake.alpn().isEmpty()
                && Objects.equals(shake.serverName(), plan.nameToSend()));
    }

    /// The handshake with the other choice of server name, if it was tried.
    Optional<Result.Handshake> otherHandshake() {
        return first(Result.Handshake.class, shake -> shake.alpn().isEmpty()
                && !Objects.equals(shake.serverName(), plan.nameToSend()));
    }

    /// CONNECTs as the device would make them, one per version.
    List<Result.Connect> ownConnects() {
        return all(Result.Connect.class).stream().filter(this::isOwn).toList();
    }

    boolean isOwn(Result.Connect connect) {
        return connect.credentials() == plan.hasCredentials()
                && Objects.equals(connect.serverName(),
                        plan.url().scheme().encrypted() ? plan.nameToSend() : null);
    }

    Optional<Result.Connect> accepted() {
        return ownConnects().stream().filter(connect -> connect.outcome() instanceof ConnectOutcome.Accepted)
                .max(Comparator.comparing(Result.Connect::version));
    }
}
