package dev.gatehouse.server.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The side of the command: one request to the running service, and its answer.
public final class AdminClient {
    private static final int LINE_BYTES_MAX = 16 << 20;

    /// Takes the lines of an answer, as they come.
    @FunctionalInterface
    public interface Answer {
        /// @return whether more are wanted; if not, the connection is closed
        boolean line(ObjectNode line);
    }

    /// How an answer ended.
    public enum End {
        /// As it should.
        COMPLETE,
        /// The receiver of the lines wanted no more.
        ENOUGH,
        /// The service stops.
        SERVICE_STOPS
    }

    private final Path socket;

    /// @param socket [AdminServer#socketIn(Path)]
    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /// Asks; waits until everything is answered.
    ///
    /// @throws SocketFault when no service answers, or it went away before the answer was complete
    /// @throws AdminProblem when the service answers with an error
    public End ask(Request request, Answer answer) throws SocketFault, AdminProblem {
        try (SocketChannel channel = SocketFile.connect(socket)) {
            LineChannel lines = new LineChannel(channel);
            send(lines, RequestJson.write(request));
            for (String line = lines.read(LINE_BYTES_MAX); line != null; line = lines.read(LINE_BYTES_MAX)) {
                ObjectNode json = RequestJson.object(line);
                throwIfError(json.path("error"));
                if (json.path("end").isObject()) {
                    return json.path("end").has("why") ? End.SERVICE_STOPS : End.COMPLETE;
                }
                if (!answer.line(json)) {
                    return End.ENOUGH;
                }
            }
            throw cutOff(null);
        } catch (IOException e) {
            throw cutOff(e);
        }
    }

    /// A service that refuses a request may close before it has read it; its answer is there all the same.
    private static void send(LineChannel lines, String request) {
        try {
            lines.write(request);
        } catch (IOException refused) {
            // reading the answer says what happened, and fails too where there is none
        }
    }

    private static void throwIfError(JsonNode error) throws AdminProblem {
        if (error.isObject()) {
            throw new AdminProblem(error.path("kind").asText(), error.path("message").asText());
        }
    }

    private SocketFault cutOff(@Nullable IOException cause) {
        return new SocketFault("The service at " + socket.toAbsolutePath()
                + " went away before it had answered; its log says why. Check with 'gatehouse status', then try again.",
                cause);
    }
}
