package dev.gatehouse.journal.rocksdb;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One line of the attempts as it lies on the disk: an attempt, or several alike folded into one.
///
/// @param owner tenant, at most 255 bytes of UTF-8 without NUL; empty for what no tenant owns
/// @param key the line's name for good: an attempt id, 1 to 255 ASCII characters
/// @param newestId the newest attempt in it; lines are ordered by it
/// @param alsoIds other attempts that lead to this line, at most 65 535
/// @param body the rest; this package does not look into it
public record AttemptLine(String owner, String key, String newestId, List<String> alsoIds, String body) {
    public AttemptLine {
        require(owner.indexOf('\0') < 0 && utf8(owner).length <= 255, "owner");
        require(fits(key), "key");
        require(fits(newestId), "newestId");
        alsoIds = List.copyOf(alsoIds);
        require(alsoIds.size() <= 65_535 && alsoIds.stream().allMatch(AttemptLine::fits), "alsoIds");
    }

    /// Bytes of the value on the disk, before compression.
    public int bytes() {
        return toValue().length;
    }

    byte[] toValue() {
        byte[] text = utf8(body);
        int size = 3 + utf8(owner).length + newestId.length() + 2;
        for (String id : alsoIds) {
            size += 1 + id.length();
        }
        ByteBuffer out = ByteBuffer.allocate(size + text.length);
        out.put((byte) 1); // shape of this value
        put(out, owner);
        put(out, newestId);
        out.putShort((short) alsoIds.size());
        alsoIds.forEach(id -> put(out, id));
        return out.put(text).array();
    }

    /// @throws IllegalArgumentException when the value is not one of [#toValue()]
    static AttemptLine ofValue(String key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            require(in.get() == 1, "unknown shape of a line");
            String owner = read(in, Byte.toUnsignedInt(in.get()));
            String newestId = read(in, Byte.toUnsignedInt(in.get()));
            int count = Short.toUnsignedInt(in.getShort());
            List<String> ids = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ids.add(read(in, Byte.toUnsignedInt(in.get())));
            }
            return new AttemptLine(owner, key, newestId, ids, read(in, in.remaining()));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a line is cut short", e);
        }
    }

    private static boolean fits(String id) {
        return !id.isEmpty() && id.length() <= 255 && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = utf8(text);
        out.put((byte) bytes.length).put(bytes);
    }

    private static String read(ByteBuffer in, int bytes) {
        if (bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[bytes];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
