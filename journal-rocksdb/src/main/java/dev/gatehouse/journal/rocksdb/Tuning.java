package dev.gatehouse.journal.rocksdb;

import java.util.ArrayList;
import java.util.List;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/// How RocksDB is set up, and the native objects that say so; they live as long as the store.
final class Tuning implements AutoCloseable {
    private static final long MB = 1024 * 1024;

    private final List<AutoCloseable> natives = new ArrayList<>();
    private final DBOptions whole;
    private final ColumnFamilyOptions part;

    /// Needs the native library.
    Tuning() {
        BlockBasedTableConfig blocks = new BlockBasedTableConfig().setBlockCache(keep(new LRUCache(8 * MB)))
                .setFilterPolicy(keep(new BloomFilter(10))).setCacheIndexAndFilterBlocks(true);
        part = keep(new ColumnFamilyOptions().setTableFormatConfig(blocks).setWriteBufferSize(4 * MB)
                .setMaxWriteBufferNumber(2).setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTargetFileSizeBase(8 * MB).setMaxBytesForLevelBase(32 * MB));
        whole = keep(new DBOptions().setCreateIfMissing(true).setDbWriteBufferSize(8 * MB).setMaxTotalWalSize(16 * MB)
                .setMaxBackgroundJobs(2).setMaxOpenFiles(128).setMaxFileOpeningThreads(2)
                .setSkipStatsUpdateOnDbOpen(true).setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setMaxLogFileSize(MB).setKeepLogFileNum(2)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords));
    }

    /// Of the database as a whole.
    DBOptions whole() {
        return whole;
    }

    /// Of one part.
    ColumnFamilyOptions of(String name) {
        return part;
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
