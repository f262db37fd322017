package dev.gatehouse.journal.rocksdb;

/// When a commit of the journal has to be on the disk.
public enum Sync {
    /// Before it returns: neither a killed process nor a power cut loses what was committed.
    ALWAYS,
    /// With the next [RocksJournal#sync()], to be called at least once a second: a power cut or a crash of the operating
    /// system loses what was committed since the last one, a killed process nothing.
    EVERY_SECOND
}
