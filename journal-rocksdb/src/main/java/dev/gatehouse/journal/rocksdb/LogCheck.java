package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks through the write-ahead log before RocksDB replays it, for the two cases in which RocksDB does not do what a
/// journal needs: it passes over a stretch of zeros without a word, also in the middle, and it refuses a last record of
/// which the power failed to write a sector, although nobody was promised that one.
///
/// - **Shape:** the log is `<number>.log`: blocks of 32 KiB of fragments. A fragment is checksum (4 bytes, masked
///   CRC-32C of what follows the length), length (2), type (1), content, in little endian; a record is one fragment of
///   type 1, or of types 2, 3..., 4; types 5 to 8 are the same with the log's number (4) after the type.
/// - **A torn tail** ends in the last file that has anything, in a record that is cut off or has a sector of zeros, with
///   no record after it. RocksDB drops the one itself; the other is cut off here.
/// - **Errors:** anything else is damage: [StoreFault], and the file is left as it is.
///
/// Reads at about 1 GB/s; the log has at most the size that [Tuning] allows.
final class LogCheck {
    private static final Logger log = LoggerFactory.getLogger(LogCheck.class);

    private static final int BLOCK_BYTES = 32 * 1024;
    private static final int SECTOR_BYTES = 512;
    private static final int HEADER_BYTES = 7;
    private static final int MASK_DELTA = 0xa282ead8;

    private final ByteBuffer in;
    private final int end;
    /// Start of the record that is being read; -1 between records.
    private int record = -1;
    /// Start of the record in which the first damage is; -1 while there is none.
    private int damaged = -1;
    /// Whether the damage has a sector of zeros.
    private boolean unwritten;
    /// Whether the damage is only that the file ends too early.
    private boolean cut;
    /// Whether a record begins after the damage.
    private boolean followed;

    private LogCheck(ByteBuffer in) {
        this.in = in;
        end = in.limit();
    }

    /// @param folder of the store; may not exist
    /// @throws StoreFault when a log is damaged
    static void check(Path folder) {
        try {
            List<Path> files = logs(folder);
            for (Path each : files) {
                check(each, each.equals(files.getLast()), folder);
            }
        } catch (IOException e) {
            throw StoreFault.of(e, folder);
        }
    }

    private static List<Path> logs(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder, "[0-9]*.log")) {
                for (Path each : all) {
                    if (Files.size(each) > 0) {
                        files.add(each);
                    }
                }
            }
        }
        files.sort(Comparator.comparing(each -> String.valueOf(each.getFileName())));
        return files;
    }

    private static void check(Path file, boolean last, Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            LogCheck check;
            try (Arena arena = Arena.ofConfined()) {
                check = new LogCheck(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)
                        .asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
                check.read();
            }
            boolean tail = !check.followed && (check.cut || check.unwritten && last);
            if (check.damaged >= 0 && !tail) {
                throw StoreFault.corrupted(folder, file.getFileName() + " at byte " + check.damaged, null);
            }
            if (check.damaged >= 0 && !check.cut) {
                channel.truncate(check.damaged);
                channel.force(true);
                log.warn("{} ended at byte {} in what was never written completely, as after a power cut. "
                        + "It was not confirmed to anybody and is dropped.", file, check.damaged);
            }
        }
    }

    private void read() {
        int at = 0;
        while (at < end && !followed) {
            int block = Math.min(end, at - at % BLOCK_BYTES + BLOCK_BYTES);
            if (at % BLOCK_BYTES > BLOCK_BYTES - HEADER_BYTES) {
                at = block; // too short for a header
            } else if (whole(at, block)) {
                follow(at);
                at = next(at);
            } else {
                cut |= damaged < 0 && block == end && cut(at);
                damage(at, block);
                at = resume(at + 1, block);
            }
        }
    }

    /// Whether the fragment would go on beyond the end of the file, and its length is not what is damaged: the checksum
    /// is not that of what is there.
    private boolean cut(int at) {
        return at + HEADER_BYTES > end
                || next(at) > end && in.get(at + 6) != 0 && checksum(at, end) != in.getInt(at);
    }

    /// The next whole fragment of the block; the block's end when there is none.
    private int resume(int from, int block) {
        int at = from;
        while (at < block && !whole(at, block)) {
            at++;
        }
        return at;
    }

    private int next(int at) {
        int type = in.get(at + 6);
        return at + HEADER_BYTES + Short.toUnsignedInt(in.getShort(at + 4)) + (type >= 5 && type <= 8 ? 4 : 0);
    }

    private boolean whole(int at, int block) {
        return at + HEADER_BYTES <= block && in.get(at + 6) != 0 && next(at) <= block
                && checksum(at, next(at)) == in.getInt(at);
    }

    private int checksum(int at, int next) {
        CRC32C crc = new CRC32C();
        crc.update(in.slice(at + 6, next - at - 6));
        int sum = (int) crc.getValue();
        return ((sum >>> 15) | (sum << 17)) + MASK_DELTA;
    }

    private void follow(int at) {
        switch (in.get(at + 6)) {
            case 1, 5 -> begin(-1);
            case 2, 6 -> begin(at);
            case 3, 7 -> goOn(at, record);
            case 4, 8 -> goOn(at, -1);
            default -> {
                // says something about the log itself
            }
        }
    }

    private void begin(int unfinished) {
        followed = damaged >= 0;
        record = unfinished;
    }

    private void goOn(int at, int unfinished) {
        if (record < 0) {
            damage(at, at); // with what did not begin
        }
        record = unfinished;
    }

    private void damage(int at, int to) {
        if (damaged < 0) {
            damaged = record < 0 ? at : record;
            unwritten = zeros(at, Math.min(at + HEADER_BYTES, to));
        }
        for (int sector = at - at % SECTOR_BYTES + SECTOR_BYTES; sector < to; sector += SECTOR_BYTES) {
            unwritten |= zeros(sector, Math.min(sector + SECTOR_BYTES, to));
        }
    }

    private boolean zeros(int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.get(i) != 0) {
                return false;
            }
        }
        return from < to;
    }
}
