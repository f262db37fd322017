package dev.gatehouse.server;

import io.netty.channel.ChannelInboundHandler;

/// A handler that has the connection in hand for a while: until [MqttHandler] has it, one of a pipeline's handlers is one.
///
/// - **Thread:** the channel's event loop.
interface OnWire extends ChannelInboundHandler {
    /// What it works for.
    Wire wire();
}
