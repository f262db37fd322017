package dev.gatehouse.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import org.jspecify.annotations.Nullable;

/// How sockets are read and written on this machine.
///
/// @param name `epoll`, `io_uring` or `nio`
/// @param why why it was chosen over the others, for the log
record Transport(String name, IoHandlerFactory handlers, Class<? extends ServerChannel> serverChannel, String why) {

    /// The best that works here: epoll, else io_uring, else NIO.
    ///
    /// epoll comes before io_uring because its channels are known to move between event loops, which every connection
    /// does that is accepted on another loop than its session's.
    ///
    /// @param wanted a name to use if it works; null or `auto`: the best
    static Transport choose(@Nullable String wanted) {
        List<String> reasons = new ArrayList<>();
        String wish = wanted == null ? "auto" : wanted.toLowerCase(Locale.ROOT);
        if (!wish.equals("auto")) {
            Transport asked = named(wish, reasons);
            if (asked != null) {
                return asked;
            }
        }
        for (String name : List.of("epoll", "io_uring")) {
            Transport found = named(name, reasons);
            if (found != null) {
                return found;
            }
        }
        return new Transport("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class,
                String.join("; ", reasons));
    }

    private static @Nullable Transport named(String name, List<String> reasons) {
        String because = reasons.isEmpty() ? "" : String.join("; ", reasons);
        return switch (name) {
            case "epoll" -> {
                if (Epoll.isAvailable()) {
                    yield new Transport(name, EpollIoHandler.newFactory(), EpollServerSocketChannel.class, because);
                }
                reasons.add("epoll does not work here: " + cause(Epoll.unavailabilityCause()));
                yield null;
            }
            case "io_uring" -> {
                if (IoUring.isAvailable()) {
                    yield new Transport(name, IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class, because);
                }
                reasons.add("io_uring does not work here: " + cause(IoUring.unavailabilityCause()));
                yield null;
            }
            case "nio" -> new Transport(name, NioIoHandler.newFactory(), NioServerSocketChannel.class, "asked for");
            default -> {
                reasons.add("there is no transport " + name);
                yield null;
            }
        };
    }

    private static String cause(@Nullable Throwable why) {
        return why == null ? "unknown" : String.valueOf(why.getMessage());
    }

    /// Event loops.
    MultiThreadIoEventLoopGroup loops(int count, String threadName) {
        return new MultiThreadIoEventLoopGroup(count,
                new io.netty.util.concurrent.DefaultThreadFactory(threadName, false), handlers);
    }
}
