/// The embedded store of a data folder: what must survive a restart, in one RocksDB.
///
/// - **Depends on** RocksDB. Knows bytes and keys, not what they mean.
/// - **Threads:** any; every call blocks on the disk, so none of them belongs on an event loop.
/// - **Start reading at** [RocksStore], then [Registry] and [AttemptLines].
@NullMarked
package dev.gatehouse.journal.rocksdb;

import org.jspecify.annotations.NullMarked;
