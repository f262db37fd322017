package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.file.Path;

/// A second process for [RocksStoreTest]: opens a store, says so, and writes until it is told to end or killed.
final class HoldsTheFolder {
    private HoldsTheFolder() {}

    public static void main(String[] args) throws IOException {
        RocksStore store = RocksStore.open(Path.of(args[0]));
        store.registry().put("tenant/acme", RocksStore.ascii("written by another process"));
        System.out.println("held");
        System.in.read();
        store.close();
    }
}
