package dev.gatehouse.server.admin;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.server.admin.Request.ListAttempts;
import dev.gatehouse.server.trail.Following;

/// One client: a request, its answer, the end.
///
/// - **Threads:** [#run()] has one of its own, which waits for the client; [#stop()] and [#cut()] come from any.
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final LineChannel channel;
    private final Answers answers;
    private final AdminLimits limits;
    private final ScheduledExecutorService timer;
    private @Nullable Following following; // guarded by this
    private boolean stopped; // guarded by this

    Conversation(LineChannel channel, Answers answers, AdminLimits limits, ScheduledExecutorService timer) {
        this.channel = channel;
        this.answers = answers;
        this.limits = limits;
        this.timer = timer;
    }

    /// Reads the request, answers it, closes the connection.
    void run() {
        try (channel) {
            String line = requestLine();
            if (line != null) {
                answer(line);
            }
        } catch (IOException gone) {
            LOG.debug("A command went away: {}", gone.getMessage());
        }
    }

    private @Nullable String requestLine() throws IOException {
        Future<?> deadline = timer.schedule(this::cut, limits.requestMillisMax(), TimeUnit.MILLISECONDS);
        try {
            return channel.read(limits.requestBytesMax());
        } catch (LineChannel.TooLong tooLong) {
            refuse(new AdminProblem(AdminProblem.BAD_REQUEST, "a request must not have more than "
                    + limits.requestBytesMax() + " bytes"));
            return null;
        } finally {
            deadline.cancel(false);
        }
    }

    private void answer(String line) throws IOException {
        try {
            Request request = RequestJson.read(line);
            ObjectNode end = JsonNodeFactory.instance.objectNode();
            if (request instanceof ListAttempts attempts && attempts.follow()) {
                follow(attempts);
                end.put("why", "stopping");
            } else {
                answers.answer(request, this::write);
            }
            ObjectNode last = JsonNodeFactory.instance.objectNode();
            last.set("end", end);
            write(last);
        } catch (AdminProblem problem) {
            refuse(problem);
        } catch (RuntimeException bug) { // a task of its own ends here: the service must go on
            LOG.error("A command failed, which is a defect of the service", bug);
            refuse(new AdminProblem(AdminProblem.INTERNAL, "the service failed at this; its log says more"));
        }
    }

    private void follow(ListAttempts attempts) throws IOException, AdminProblem {
        try (Following mine = answers.follow(attempts)) {
            synchronized (this) {
                following = mine;
                if (stopped) {
                    return;
                }
            }
            Thread.ofVirtual().name("admin-client-watch").start(() -> closeWhenClientGoes(mine));
            answers.answer(attempts, mine, this::write);
        }
    }

    /// The client says nothing more; the end of its stream means that nobody reads ours.
    private void closeWhenClientGoes(Following mine) {
        try (mine) {
            while (channel.read(limits.requestBytesMax()) != null) {
                LOG.debug("A command said more than its request");
            }
        } catch (IOException gone) {
            LOG.debug("A command went away: {}", gone.getMessage());
        }
    }

    private void write(ObjectNode line) throws IOException {
        channel.write(line.toString());
    }

    /// Answers with an error and closes the connection.
    void refuse(AdminProblem problem) throws IOException {
        try (channel) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.putObject("error").put("kind", problem.kind()).put("message", problem.getMessage());
            write(json);
        }
    }

    /// Ends what would go on for ever.
    synchronized void stop() {
        stopped = true;
        if (following != null) {
            following.close();
        }
    }

    /// Closes the connection, whatever it is doing.
    void cut() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A connection of a command could not be closed: {}", e.getMessage());
        }
    }
}
