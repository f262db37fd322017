package dev.gatehouse.bench.peers;

import java.util.ArrayList;
import java.util.List;

/// All that are known.
public final class Peers {
    private Peers() {}

    /// All, in the order of the table; the first is ours.
    ///
    /// @param serve how this service is started, up to and including the word `serve`
    public static List<Peer> all(List<String> serve) {
        List<Peer> peers = new ArrayList<>();
        peers.add(new GatehousePeer("gatehouse", serve, 0));
        peers.addAll(JavaPeer.ALL);
        peers.add(new MosquittoPeer());
        peers.add(new NatsPeer(false));
        peers.add(new AedesPeer());
        peers.add(new RelayPeer());
        return peers;
    }
}
