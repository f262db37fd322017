package dev.gatehouse.modem;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Whose the data are that the modem pushes ([Receive#PUSH]).
///
/// Depending on firmware and `+CIPHEAD` they come with the link's number (`+RECEIVE,0,12:`) or with the peer's address
/// (`RECV FROM:10.1.2.3:1883`, then `+IPD12`). Of two connections to the same address and port the second is refused,
/// since nothing would tell their data apart.
///
/// **Thread:** the reader of the line hears, threads that open connections tell addresses.
final class Pushed {
    private static final Pattern BY_NUMBER = Pattern.compile("\\+RECEIVE,(\\d),\\d+:?");
    private static final Pattern FROM = Pattern.compile("RECV FROM: ?(.+)");
    private static final Pattern PEER = Pattern.compile("\\+CIPOPEN: ?(\\d),\"TCP\",\"([^\"]*)\",(\\d+).*");
    private static final int EARLY_BYTES_MAX = 64 * 1024;

    private final Map<Integer, String> peers = new HashMap<>();
    /// What came from peers whose connection is not known yet.
    private final Map<String, ByteArrayOutputStream> early = new HashMap<>();
    private String from = "";

    synchronized boolean heard(String line) {
        Matcher matcher = FROM.matcher(line);
        if (matcher.matches()) {
            from = matcher.group(1).strip();
        }
        return matcher.matches();
    }

    /// The connection that data with this header belong to, or null when they are kept until it is known.
    synchronized @Nullable Link owner(String header, byte[] bytes, List<Link> links) {
        Matcher numbered = BY_NUMBER.matcher(header);
        if (numbered.matches()) {
            int number = Integer.parseInt(numbered.group(1));
            return links.stream().filter(link -> link.number == number).findFirst().orElse(null);
        }
        if (from.isEmpty()) {
            return links.size() == 1 ? links.getFirst() : null;
        }
        for (Link link : links) {
            if (from.equals(peers.get(link.number))) {
                return link;
            }
        }
        ByteArrayOutputStream kept = early.computeIfAbsent(from, _ -> new ByteArrayOutputStream());
        if (kept.size() + bytes.length <= EARLY_BYTES_MAX) {
            kept.writeBytes(bytes);
        }
        return null;
    }

    /// Learns the peer's address of a connection that was just opened.
    void opened(Link link, AtEngine engine, Receive receive) throws ModemException {
        if (receive != Receive.PUSH) {
            return;
        }
        Answer answer = engine.require(Command.of("AT+CIPOPEN?").answers("\\+CIPOPEN: ?\\d(?:,\".*)?"));
        for (String line : answer.lines()) {
            Matcher listed = PEER.matcher(line);
            if (listed.matches()) {
                learn(Integer.parseInt(listed.group(1)), listed.group(2) + ":" + listed.group(3), link);
            }
        }
    }

    private synchronized void learn(int number, String peer, Link link) throws ModemException {
        if (number != link.number) {
            return;
        }
        for (Map.Entry<Integer, String> other : peers.entrySet()) {
            if (other.getKey() != number && other.getValue().equals(peer)) {
                throw new ModemException(Trouble.REFUSED, "pushed data of two connections to " + peer
                        + " cannot be told apart: use Receive.FETCH");
            }
        }
        peers.put(number, peer);
        ByteArrayOutputStream kept = early.remove(peer);
        if (kept != null) {
            link.inbox.add(kept.toByteArray());
        }
    }

    /// The connection is over.
    synchronized void closed(int number) {
        peers.remove(number);
    }
}
