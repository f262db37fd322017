package dev.gatehouse.server.admin;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.trail.TrailLedger;

/// Answers commands on a Unix domain socket until it is closed.
///
/// - **Threads:** one accepts; each client has a virtual one; one closes clients that do not finish their request.
/// - **Limits:** [AdminLimits]; a client too many is told so.
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int FINISH_MILLIS = 2_000;

    private final SocketFile socket;
    private final Answers answers;
    private final AdminLimits limits;
    private final Semaphore places;
    private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("admin-deadlines").factory());
    private final Thread acceptor = Thread.ofPlatform().daemon().name("admin").unstarted(this::accept);
    private volatile boolean closing;

    private AdminServer(SocketFile socket, Answers answers, AdminLimits limits) {
        this.socket = socket;
        this.answers = answers;
        this.limits = limits;
        places = new Semaphore(limits.clientsMax());
    }

    /// The socket of the service that keeps its data in this folder.
    public static Path socketIn(Path data) {
        return data.resolve(SocketFile.NAME);
    }

    /// Opens the socket and answers.
    ///
    /// @param socket [#socketIn(Path)]; its folder exists
    /// @param status asked anew for each request, from any thread
    /// @param drainer sends clients away, or lets them in again; called from any thread
    public static AdminServer start(Path socket, TenantDirectory directory, TrailLedger trail,
            Supplier<Status> status, Consumer<Request.Drain> drainer) throws SocketFault {
        return start(socket, new Answers(directory, trail, status, drainer), AdminLimits.defaults());
    }

    static AdminServer start(Path socket, Answers answers, AdminLimits limits) throws SocketFault {
        AdminServer server = new AdminServer(SocketFile.bind(socket), answers, limits);
        server.acceptor.start();
        return server;
    }

    private void accept() {
        while (!closing) {
            try {
                welcome(socket.accept());
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException e) {
                LOG.warn("A command could not be accepted: {}", e.getMessage());
            }
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        Conversation conversation = new Conversation(new LineChannel(channel), answers, limits, timer);
        if (!places.tryAcquire()) {
            conversation.refuse(new AdminProblem(AdminProblem.BUSY, "the service talks to " + limits.clientsMax()
                    + " commands already; wait for one of them to end, or end one that follows attempts"));
            return;
        }
        conversations.add(conversation);
        Thread.ofVirtual().name("admin-client").start(() -> {
            try {
                conversation.run();
            } finally {
                conversations.remove(conversation);
                places.release();
            }
        });
        if (closing) {
            conversation.stop();
        }
    }

    /// Takes no more commands, tells those that follow attempts that it is over, and waits two seconds for the others.
    @Override
    public void close() {
        closing = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("The socket for commands could not be removed: {}", e.getMessage());
        }
        conversations.forEach(Conversation::stop);
        try {
            places.tryAcquire(limits.clientsMax(), FINISH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        conversations.forEach(Conversation::cut);
        timer.shutdownNow();
    }
}
