package dev.gatehouse.journal.rocksdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;

import dev.gatehouse.broker.journal.KeyValues.Part;

/// How RocksDB is set up, and the native objects that say so; they live as long as the store.
///
/// - **Queues and messages** are put once and removed soon: a write buffer in which put and removal still meet spares
///   the disk both, hence 16 MB for them; the other parts have 4 MB, and all of them together 32 MB before a flush.
/// - **What was removed** lies in the files until they are compacted, and every reading has to pass over it: a file that
///   is half removals in a stretch of 1024 keys is compacted at once.
/// - **Memory:** the write buffers, twice while one is flushed, and 16 MB of block cache, which has indexes and filters
///   too: about 80 MB at most, however much is queued.
/// - **Log:** up to 64 MB, replayed when the store is opened. A damaged middle is an error, see [LogCheck].
final class Tuning implements AutoCloseable {
    private static final long MB = 1024 * 1024;
    private static final Set<String> QUEUES = Set.of(Format.partName(Part.QUEUES), Format.partName(Part.MESSAGES));

    private final List<AutoCloseable> natives = new ArrayList<>();
    private final DBOptions whole;
    private final ColumnFamilyOptions part;
    private final ColumnFamilyOptions queue;

    /// Needs the native library.
    Tuning() {
        BlockBasedTableConfig blocks = new BlockBasedTableConfig().setBlockCache(keep(new LRUCache(16 * MB)))
                .setFilterPolicy(keep(new BloomFilter(10))).setCacheIndexAndFilterBlocks(true);
        part = keep(set(new ColumnFamilyOptions(), blocks, 4 * MB));
        try (Options removals = new Options()) {
            removals.setTablePropertiesCollectorFactory(
                    List.of(keep(
                            TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(1_024, 512, 0.5))));
            queue = keep(set(new ColumnFamilyOptions(removals), blocks, 16 * MB));
        }
        whole = keep(new DBOptions().setCreateIfMissing(true).setDbWriteBufferSize(32 * MB).setMaxTotalWalSize(64 * MB)
                .setMaxBackgroundJobs(2).setMaxOpenFiles(128).setMaxFileOpeningThreads(2)
                .setSkipStatsUpdateOnDbOpen(true).setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setMaxLogFileSize(MB).setKeepLogFileNum(2)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords));
    }

    private static ColumnFamilyOptions set(ColumnFamilyOptions part, BlockBasedTableConfig blocks,
            long bufferBytes) {
        return part.setTableFormatConfig(blocks).setWriteBufferSize(bufferBytes)
                .setMaxWriteBufferNumber(2).setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTargetFileSizeBase(2 * bufferBytes).setMaxBytesForLevelBase(8 * bufferBytes);
    }

    /// Of the database as a whole.
    DBOptions whole() {
        return whole;
    }

    /// Of one part.
    ColumnFamilyOptions of(String name) {
        return QUEUES.contains(name) ? queue : part;
    }

    private <T extends AutoCloseable> T keep(T option) {
        natives.add(option);
        return option;
    }

    @Override
    public void close() {
        for (AutoCloseable each : natives.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot free an option of the store", e);
            }
        }
    }
}
