package dev.gatehouse.tls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the contents of one complete ClientHello message.
///
/// A breach of the message's own layout makes it malformed. A breach inside one extension becomes a remark and leaves
/// that extension's fields empty: engines differ in what they let pass, and the rest of the hello is still evidence.
final class HelloBody {
    private static final int MESSAGE_HEADER_BYTES = 4;
    private static final int REMARKS_MAX = 8;

    private final List<Integer> extensions = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private ServerName serverName = new ServerName.Absent();
    private List<String> alpn = List.of();
    private List<Integer> versions = List.of();
    private List<Integer> groups = List.of();
    private List<Integer> keyShares = List.of();
    private List<Integer> signatures = List.of();
    private boolean ticket;
    private boolean preSharedKey;
    private boolean encryptedHello;
    private boolean grease;

    private HelloBody() {}

    /// @param message header included, exactly as long as the header says
    static Hello read(int recordVersion, byte[] message) {
        return new HelloBody().readMessage(recordVersion, new Cursor(message, MESSAGE_HEADER_BYTES, message.length));
    }

    private Hello readMessage(int recordVersion, Cursor in) {
        int legacyVersion = in.u16();
        in.skip(32);
        Cursor sessionId = in.vector8();
        Cursor suites = in.vector16();
        Cursor compression = in.vector8();
        if (in.failed()) {
            return new Hello.Malformed("ends in the middle of its fixed part");
        }
        if (sessionId.remaining() > 32) {
            return new Hello.Malformed("a session id of " + sessionId.remaining() + " bytes, at most 32 are allowed");
        }
        List<Integer> cipherSuites = withoutGrease(suites.all16());
        if (suites.failed()) {
            return new Hello.Malformed("the list of cipher suites has an odd length");
        }
        // A message may end here: extensions are optional before TLS 1.3 (RFC 5246 §7.4.1.2).
        if (in.hasMore()) {
            Cursor block = in.vector16();
            if (!in.isCleanlyDone()) {
                return new Hello.Malformed(in.failed()
                        ? "its extensions are longer than the message"
                        : in.remaining() + " bytes too many behind its extensions");
            }
            readExtensions(block);
            if (block.failed()) {
                return new Hello.Malformed("ends in the middle of an extension");
            }
        }
        return new Hello.Complete(new ClientHello(recordVersion, legacyVersion, sessionId.remaining(), cipherSuites,
                compression.all8(), extensions, serverName, alpn, versions, groups, keyShares, signatures, ticket,
                preSharedKey, encryptedHello, grease, remarks));
    }

    private void readExtensions(Cursor block) {
        Set<Integer> seen = new HashSet<>();
        while (block.hasMore()) {
            int id = block.u16();
            Cursor extension = block.vector16();
            if (block.failed()) {
                return;
            }
            if (isGrease(id)) {
                grease = true;
                continue;
            }
            extensions.add(id);
            if (seen.add(id)) {
                readExtension(id, extension);
            } else {
                remark("extension " + TlsNames.extension(id) + " is sent twice");
            }
        }
    }

    private void readExtension(int id, Cursor in) {
        boolean sound = switch (id) {
            case 0 -> readServerName(in);
            case 10 -> readGroups(in);
            case 13 -> readSignatures(in);
            case 16 -> readAlpn(in);
            case 35 -> {
                ticket = in.remaining() > 0;
                yield true;
            }
            case 41 -> {
                preSharedKey = true;
                yield true;
            }
            case 43 -> readVersions(in);
            case 51 -> readKeyShares(in);
            case 0xfe0d -> {
                encryptedHello = true;
                yield true;
            }
            default -> true;
        };
        if (!sound) {
            remark("extension " + TlsNames.extension(id) + " is malformed");
        }
    }

    private boolean readServerName(Cursor in) {
        if (!in.hasMore()) {
            serverName = new ServerName.Empty();
            return false;
        }
        Cursor list = in.vector16();
        boolean found = false;
        while (list.hasMore()) {
            int type = list.u8();
            Cursor name = list.vector16();
            if (list.failed()) {
                break;
            }
            if (type == 0 && !found) {
                found = true;
                serverName = ServerName.of(name.text());
            }
        }
        boolean sound = in.isCleanlyDone() && list.isCleanlyDone();
        if (!sound && !found) {
            serverName = new ServerName.Invalid("", "the extension ends before the name does");
        }
        return sound;
    }

    private boolean readGroups(Cursor in) {
        Cursor list = in.vector16();
        groups = withoutGrease(list.all16());
        return in.isCleanlyDone() && list.isCleanlyDone();
    }

    private boolean readSignatures(Cursor in) {
        Cursor list = in.vector16();
        signatures = withoutGrease(list.all16());
        return in.isCleanlyDone() && list.isCleanlyDone();
    }

    private boolean readVersions(Cursor in) {
        Cursor list = in.vector8();
        versions = withoutGrease(list.all16());
        return in.isCleanlyDone() && list.isCleanlyDone();
    }

    private boolean readAlpn(Cursor in) {
        Cursor list = in.vector16();
        List<String> names = new ArrayList<>();
        boolean empty = false;
        while (list.hasMore()) {
            Cursor name = list.vector8();
            if (!list.failed()) {
                empty |= name.remaining() == 0;
                names.add(name.text());
            }
        }
        alpn = names;
        return in.isCleanlyDone() && list.isCleanlyDone() && !empty;
    }

    private boolean readKeyShares(Cursor in) {
        Cursor list = in.vector16();
        List<Integer> shares = new ArrayList<>();
        while (list.hasMore()) {
            int group = list.u16();
            list.vector16();
            if (!list.failed()) {
                shares.add(group);
            }
        }
        keyShares = withoutGrease(shares);
        return in.isCleanlyDone() && list.isCleanlyDone();
    }

    private void remark(String remark) {
        if (remarks.size() < REMARKS_MAX) {
            remarks.add(remark);
        }
    }

    private List<Integer> withoutGrease(List<Integer> values) {
        grease |= values.removeIf(HelloBody::isGrease);
        return values;
    }

    /// 0x0A0A, 0x1A1A, ... 0xFAFA (RFC 8701 §2).
    static boolean isGrease(int value) {
        return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
    }
}
