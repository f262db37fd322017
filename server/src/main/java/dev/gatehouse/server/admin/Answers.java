package dev.gatehouse.server.admin;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gatehouse.server.access.DirectoryProblem;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.admin.Request.ListAttempts;
import dev.gatehouse.server.admin.Request.Owner;
import dev.gatehouse.server.trail.Following;
import dev.gatehouse.server.trail.Found;
import dev.gatehouse.server.trail.Line;
import dev.gatehouse.server.trail.LineFilter;
import dev.gatehouse.server.trail.LineJson;
import dev.gatehouse.server.trail.TrailLedger;

/// From a request to the lines of its answer.
///
/// - **Threads:** any; a call may wait for the disk and for a password hash.
final class Answers {
    /// Takes one line after the other.
    @FunctionalInterface
    interface Lines {
        void line(ObjectNode line) throws IOException;
    }

    private final TenantDirectory directory;
    private final TrailLedger trail;
    private final Supplier<Status> status;
    private final Consumer<Request.Drain> drainer;

    Answers(TenantDirectory directory, TrailLedger trail, Supplier<Status> status, Consumer<Request.Drain> drainer) {
        this.directory = directory;
        this.trail = trail;
        this.status = status;
        this.drainer = drainer;
    }

    /// Does what is asked.
    ///
    /// @throws AdminProblem when it cannot be done; then nothing was done
    void answer(Request request, Lines out) throws AdminProblem, IOException {
        try {
            switch (request) {
                case Request.GetStatus _ ->
                    out.line(AnswerJson.status(status.get(), directory.tenants().size(), trail.census().total()));
                case Request.AddTenant(String name, boolean anonymous, List<String> hosts) ->
                    out.line(AnswerJson.tenant(directory.addTenant(name, anonymous, hosts), directory.hostOf(name)));
                case Request.ListTenants _ -> {
                    for (var tenant : directory.tenants()) {
                        out.line(AnswerJson.tenant(tenant, directory.hostOf(tenant.name())));
                    }
                }
                case Request.RemoveTenant(String name) -> directory.removeTenant(name);
                case Request.AddUser add -> {
                    var chosen = directory.addUser(add.tenant(), add.user(), add.password(), add.publish(),
                            add.subscribe());
                    out.line(AnswerJson.newPassword(add.tenant(), add.user(), chosen));
                }
                case Request.ListUsers(String tenant) -> {
                    for (var user : directory.users(tenant)) {
                        out.line(AnswerJson.user(tenant, user));
                    }
                }
                case Request.RemoveUser(String tenant, String user) -> directory.removeUser(tenant, user);
                case Request.ChangePassword change -> out.line(AnswerJson.newPassword(change.tenant(), change.user(),
                        directory.changePassword(change.tenant(), change.user(), change.password())));
                case ListAttempts list -> {
                    for (Line line : attempts(list)) {
                        out.line(LineJson.tree(line));
                    }
                }
                case Request.GetAttempt(String id) -> out.line(attempt(id));
                case Request.Drain drain -> drainer.accept(drain);
            }
        } catch (DirectoryProblem problem) {
            throw AdminProblem.of(problem);
        }
    }

    private List<Line> attempts(ListAttempts list) throws AdminProblem {
        LineFilter filter = filter(list);
        return list.limit() == 0 ? List.of() : trail.queries().attempts(filter, list.limit());
    }

    private ObjectNode attempt(String id) throws AdminProblem {
        Optional<Found> found = trail.queries().find(id);
        if (found.isEmpty()) {
            throw new AdminProblem(AdminProblem.ATTEMPT_UNKNOWN,
                    "no attempt with this id is kept; 'gatehouse attempts' "
                            + "lists those that are");
        }
        return AnswerJson.attempt(found.get());
    }

    /// Begins to watch attempts; what is there already has to be asked for after this, so that none is missed.
    Following follow(ListAttempts list) throws AdminProblem {
        return trail.follow(filter(list));
    }

    /// Hands on what is there, oldest first, and then what comes, until `following` is closed or the client is gone.
    void answer(ListAttempts list, Following following, Lines out) throws AdminProblem, IOException {
        Set<Line> before = new HashSet<>();
        for (Line line : attempts(list).reversed()) {
            before.add(line);
            out.line(LineJson.tree(line));
        }
        try {
            while (!following.isClosed()) {
                Optional<Line> next = following.next(Duration.ofMinutes(1));
                long lost = following.takeLost();
                if (lost > 0) {
                    out.line(AnswerJson.lost(lost));
                }
                if (next.isPresent() && !before.remove(next.get())) {
                    out.line(LineJson.tree(next.get()));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private LineFilter filter(ListAttempts list) throws AdminProblem {
        return switch (list.owner()) {
            case Owner.Anybody _ -> new LineFilter(null, list.failed());
            case Owner.Nobody _ -> new LineFilter("", list.failed());
            case Owner.OfTenant(String name) -> {
                try {
                    directory.users(name); // says it if there is no such tenant
                } catch (DirectoryProblem unknown) {
                    throw AdminProblem.of(unknown);
                }
                yield new LineFilter(name, list.failed());
            }
        };
    }
}
