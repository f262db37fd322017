package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

/// One PUBLISH from the moment its receivers are known until it is delivered and answered: it waits for the journal, and
/// for what the same client published before it, so that order and acknowledgements stay in order [MQTT-4.6.0-5].
///
/// - **Thread:** the publisher's lane.
final class Publication implements Shard.Commit {
    private final Publications line;
    private final Message message;
    private final Matches matches;
    private final Target[] chosen;
    private final @Nullable Connection from;
    private final int packetId;
    private boolean settled;
    private @Nullable String failure;

    /// @param line in which it waits
    /// @param chosen one member of each shared subscription that matches
    /// @param from null when nobody waits for an answer
    Publication(Publications line, Message message, Matches matches, Target[] chosen, @Nullable Connection from,
            int packetId) {
        this.line = line;
        this.message = message;
        this.matches = matches;
        this.chosen = chosen;
        this.from = from;
        this.packetId = packetId;
    }

    Message message() {
        return message;
    }

    Matches matches() {
        return matches;
    }

    Target[] chosen() {
        return chosen;
    }

    @Nullable
    Connection from() {
        return from;
    }

    int packetId() {
        return packetId;
    }

    /// Whether the journal has decided.
    boolean settled() {
        return settled;
    }

    /// Nothing has to be recorded: it only waits for what came before it.
    void unrecorded() {
        settled = true;
    }

    /// Why it could not be recorded; null when it was.
    @Nullable
    String failure() {
        return failure;
    }

    @Override
    public void durable() {
        settled = true;
        line.settled(this);
    }

    @Override
    public void failed(String why) {
        failure = why;
        durable();
    }
}
