package dev.gatehouse.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.doctor.Result.TcpFailure;

/// Resolves the name, and tries TCP on every address at the same time.
///
/// - **Threads:** resolving and each address on a virtual one, so that nothing takes longer than the timeout.
final class NameAndTcp {
    private static final int ADDRESSES_MAX = 8;
    private static final Executor VIRTUAL = Thread::startVirtualThread;

    private final Plan plan;
    private final Network network;
    private final Notes notes;

    NameAndTcp(Plan plan, Network network, Notes notes) {
        this.plan = plan;
        this.network = network;
        this.notes = notes;
    }

    /// The first address that accepts connections; null when none does.
    @Nullable
    InetSocketAddress run() {
        Plan.HostAndPort target = plan.target();
        notes.begins("resolving " + target.host());
        List<InetAddress> addresses = resolve(target.host());
        if (addresses.isEmpty()) {
            return null;
        }
        notes.begins("connecting to port " + target.port());
        List<InetSocketAddress> sockets = addresses.stream().limit(ADDRESSES_MAX)
                .map(address -> new InetSocketAddress(address, target.port())).toList();
        List<CompletableFuture<Result>> tries = sockets.stream()
                .map(address -> CompletableFuture.supplyAsync(() -> connect(address), VIRTUAL)).toList();
        InetSocketAddress first = null;
        for (int i = 0; i < tries.size(); i++) {
            Result result = tries.get(i).join();
            notes.add(result);
            if (first == null && result instanceof Result.Connected) {
                first = sockets.get(i);
            }
        }
        if (addresses.size() > ADDRESSES_MAX) {
            notes.add(new Result.Skipped("TCP to " + (addresses.size() - ADDRESSES_MAX) + " more of the addresses",
                    ADDRESSES_MAX + " are tried"));
        }
        return first;
    }

    private List<InetAddress> resolve(String host) {
        long start = System.nanoTime();
        CompletableFuture<List<InetAddress>> resolving = new CompletableFuture<>();
        VIRTUAL.execute(() -> {
            try {
                resolving.complete(network.resolver().resolve(host));
            } catch (UnknownHostException | RuntimeException e) {
                resolving.completeExceptionally(e);
            }
        });
        try {
            List<InetAddress> addresses = new ArrayList<>(resolving
                    .orTimeout(plan.timeout().toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS).join());
            notes.add(new Result.Resolved(host, addresses.stream().map(NameAndTcp::shown).toList(),
                    Notes.since(start)));
            return addresses;
        } catch (java.util.concurrent.CompletionException e) {
            String why = e.getCause() instanceof java.util.concurrent.TimeoutException
                    ? "no answer from the name service within " + plan.timeout().toMillis() + " ms"
                    : String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
            notes.add(new Result.NotResolved(host, why, Notes.since(start)));
            return List.of();
        }
    }

    /// As people write it: RFC 5952 for IPv6, with the scope where there is one.
    static String shown(InetAddress address) {
        String plain = address.getHostAddress();
        int scope = plain.indexOf('%');
        return NetUtil.toAddressString(address) + (scope < 0 ? "" : plain.substring(scope));
    }

    private Result connect(InetSocketAddress address) {
        String shown = shown(address.getAddress());
        long start = System.nanoTime();
        try (Socket _ = Dialer.connect(network.sockets(), address, Deadline.in(plan.timeout()))) {
            return new Result.Connected(shown, Notes.since(start));
        } catch (IOException e) {
            Duration took = Notes.since(start);
            return new Result.NotConnected(shown, failure(e), String.valueOf(e.getMessage()), took);
        }
    }

    static TcpFailure failure(IOException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case SocketTimeoutException _ -> TcpFailure.TIMED_OUT;
            case NoRouteToHostException _ -> TcpFailure.UNREACHABLE;
            case ConnectException _ when message.contains("refused") -> TcpFailure.REFUSED;
            case ConnectException _ when message.contains("timed out") -> TcpFailure.TIMED_OUT;
            default -> message.contains("unreachable")
                    ? TcpFailure.UNREACHABLE
                    : message.contains("reset") ? TcpFailure.RESET : TcpFailure.OTHER;
        };
    }
}
