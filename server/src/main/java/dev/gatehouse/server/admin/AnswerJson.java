package dev.gatehouse.server.admin;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.diagnosis.TrailText;
import dev.gatehouse.server.access.TenantDirectory.NewPassword;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.access.UserEntry;
import dev.gatehouse.server.trail.Census;
import dev.gatehouse.server.trail.Found;
import dev.gatehouse.server.trail.LineJson;
import dev.gatehouse.server.trail.TrailJson;

/// The lines of answers as JSON objects. The names are for ever: scripts read them.
final class AnswerJson {
    private static final int UNREAD_CHARACTERS_MAX = 200;

    private AnswerJson() {}

    static ObjectNode status(Status status, int tenants, Census.Figures connections) {
        ObjectNode json = object().put("version", status.version())
                .put("started", LineJson.time(status.startedMicros())).put("process_id", status.processId())
                .put("data", status.data()).put("transport", status.transport())
                .put("tls_engine", status.tlsEngine());
        var listeners = json.putArray("listeners");
        for (Status.Listening each : status.listeners()) {
            listeners.addObject().put("name", each.name()).put("protocol", each.protocol())
                    .put("address", each.address());
        }
        Status.Draining draining = status.draining();
        if (draining == null) {
            json.putNull("draining");
        } else {
            json.putObject("draining").put("to", draining.to()).put("permanent", draining.permanent())
                    .put("per_second", draining.perSecond()).put("left", draining.left());
        }
        json.put("tenants", tenants);
        ObjectNode counts = json.putObject("connections").put("accepted", connections.accepted())
                .put("handshaking", connections.handshaking()).put("open", connections.open())
                .put("ended", connections.ended()).put("refused", connections.refusedInAll());
        ObjectNode causes = counts.putObject("refused_by_cause");
        connections.refused().entrySet().stream()
                .sorted(Map.Entry.<Cause, Long>comparingByValue().reversed()
                        .thenComparing(each -> each.getKey().id(), Comparator.naturalOrder()))
                .forEach(each -> causes.put(each.getKey().id(), each.getValue()));
        return json;
    }

    static ObjectNode tenant(TenantEntry tenant, String host) {
        ObjectNode json = object().put("tenant", tenant.name()).put("host", host);
        tenant.hosts().forEach(json.putArray("hosts")::add);
        return json.put("anonymous", tenant.anonymous()).put("users", tenant.users().size())
                .put("origin", tenant.origin().toString());
    }

    static ObjectNode user(String tenant, UserEntry user) {
        ObjectNode json = object().put("tenant", tenant).put("user", user.name());
        putAll(json, "publish", user.permissions().publish());
        putAll(json, "subscribe", user.permissions().subscribe());
        return json.put("origin", user.origin().toString());
    }

    static ObjectNode newPassword(String tenant, String user, NewPassword password) {
        return object().put("tenant", tenant).put("user", user).put("password", password.generated());
    }

    /// How many attempts a client that follows them has missed.
    static ObjectNode lost(long count) {
        return object().put("lost", count);
    }

    /// `line` and `trail` as objects, and `text` for a person's eyes.
    static ObjectNode attempt(Found found) {
        ObjectNode json = object();
        json.set("line", LineJson.tree(found.line()));
        Trail trail = found.trail();
        json.set("trail", trail == null ? JsonNodeFactory.instance.nullNode() : TrailJson.tree(trail));
        return json.put("text", text(found));
    }

    private static String text(Found found) {
        StringBuilder text = new StringBuilder();
        Trail trail = found.trail();
        if (trail != null) {
            text.append(TrailText.render(trail));
        } else {
            text.append(found.line().title()).append("\n\nOnly the number of such attempts was kept: there were more "
                    + "than fit into the day's room on the disk.\n");
        }
        for (TrailJson.Unread unread : found.unread()) {
            text.append("and, written by a newer version: ")
                    .append(Shown.text(unread.sentence(), UNREAD_CHARACTERS_MAX)).append('\n');
        }
        if (found.line().count() > 1) {
            text.append('\n').append(found.line().count()).append(" attempts failed in the same way, the first at ")
                    .append(LineJson.time(found.line().firstTimeMicros()))
                    .append(found.isFolded()
                            ? "; " + found.asked() + " is one of them, and shown is the newest, " + found.line().id()
                            : "; shown is the newest")
                    .append(".\n");
        }
        return text.toString();
    }

    private static void putAll(ObjectNode json, String name, List<String> values) {
        values.forEach(json.putArray(name)::add);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
