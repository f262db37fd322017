package dev.gatehouse.diagnosis;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Puts a connection's own names into the texts of the catalogue.
///
/// Fixes hold commands that people copy into a shell, and whoever connects chooses the names. So a name is put in only
/// if it is made of harmless characters; any other stays a word in angle brackets.
final class Filling {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");

    private Filling() {}

    static String fill(String text, Seen seen) {
        Map<String, String> words = words(seen);
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            String word = words.get(found.group(1));
            return Matcher.quoteReplacement(word == null ? found.group() : word);
        });
    }

    private static Map<String, String> words(Seen seen) {
        Fact.ConnectReceived connect = seen.last(Fact.ConnectReceived.class);
        Fact.TenantDecided decided = seen.last(Fact.TenantDecided.class);
        Fact.Accepted accepted = seen.last(Fact.Accepted.class);
        String clientId = connect == null ? "" : connect.clientId();
        String user = connect == null ? null : connect.userName();
        return Map.of(
                "host", harmlessOr(host(seen, decided), expected(seen)),
                "name", harmlessOr(serverName(seen), "this name"),
                "tenant", harmlessOr(decided == null ? null : decided.tenant(), "<tenant>"),
                "user", harmlessOr(decided == null ? beforeAt(user) : user, "<user>"),
                "client", clientId.isEmpty()
                        ? "this client identifier"
                        : "client identifier "
                                + Sentences.quoted(clientId),
                "listener", harmlessOr(accepted == null ? null : accepted.listener(), "<listener>"),
                "remote", seen.address().isEmpty() ? "the address" : seen.address(),
                "topic", topic(seen),
                "limit", limit(seen));
    }

    /// Only a name that led to a tenant is one to recommend.
    private static @Nullable String host(Seen seen, Fact.@Nullable TenantDecided decided) {
        return decided != null && (decided.by() == Fact.TenantDecided.By.SERVER_NAME
                || decided.by() == Fact.TenantDecided.By.CUSTOM_HOST) ? serverName(seen) : null;
    }

    /// From our own configuration, not from the wire: what a host name looks like, or where the listener is.
    private static String expected(Seen seen) {
        Fact.TenantUndecided undecided = seen.last(Fact.TenantUndecided.class);
        if (undecided != null && !undecided.expected().isEmpty()) {
            return undecided.expected();
        }
        Fact.Accepted accepted = seen.last(Fact.Accepted.class);
        Fact.TenantDecided decided = seen.last(Fact.TenantDecided.class);
        return accepted != null && decided != null && decided.by() == Fact.TenantDecided.By.LISTENER
                ? FoldKey.address(accepted.local())
                : "<tenant>.<domain>";
    }

    private static @Nullable String serverName(Seen seen) {
        Fact.ClientHelloSeen hello = seen.last(Fact.ClientHelloSeen.class);
        return hello == null ? null : hello.serverName();
    }

    private static @Nullable String beforeAt(@Nullable String user) {
        return user == null || user.lastIndexOf('@') < 0 ? user : user.substring(0, user.lastIndexOf('@'));
    }

    private static String topic(Seen seen) {
        Fact.PublishRefused publish = seen.last(Fact.PublishRefused.class);
        if (publish != null) {
            return Sentences.quoted(publish.topic());
        }
        Fact.SubscriptionRefused subscription = seen.last(Fact.SubscriptionRefused.class);
        if (subscription != null) {
            return Sentences.quoted(subscription.filter());
        }
        Fact.WillRefused will = seen.last(Fact.WillRefused.class);
        if (will != null) {
            return Sentences.quoted(will.topic());
        }
        return "the topic";
    }

    private static String limit(Seen seen) {
        Fact.KeepAliveMissed missed = seen.last(Fact.KeepAliveMissed.class);
        if (missed != null) {
            return missed.keepAliveSeconds() + " s";
        }
        Fact.PacketRefused packet = seen.last(Fact.PacketRefused.class);
        Fact.Ended ended = seen.last(Fact.Ended.class);
        String detail = ended != null && !ended.detail().isEmpty()
                ? ended.detail()
                : packet == null ? "" : packet.detail();
        return detail.isEmpty() ? "its configuration has the number" : Shown.text(detail, 100);
    }

    private static String harmlessOr(@Nullable String name, String instead) {
        return name != null && HARMLESS.matcher(name).matches() ? name : instead;
    }
}
