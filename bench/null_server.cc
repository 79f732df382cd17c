// The least that an HTTP server on this machine can cost: libuv and llhttp, one thread, one canned
// answer. What the intake costs beyond it is what our code, and durability, cost.
//
// Usage: null_server PORT. It prints the port that it listens at (0 picks one) and runs until it
// is ended.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <llhttp.h>
#include <netinet/in.h>
#include <uv.h>

namespace {

// As the intake answers one event.
constexpr char kAnswer[] =
    "HTTP/1.1 202 Accepted\r\n"
    "Date: Tue, 24 Nov 2026 10:23:57 GMT\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 14\r\n"
    "Connection: keep-alive\r\n"
    "\r\n"
    "{\"accepted\":1}";

struct Connection {
  uv_tcp_t socket;
  llhttp_t parser;
  unsigned requests = 0;  // Complete, not yet answered.
  std::size_t body_bytes = 0;
};

llhttp_settings_t settings;
char read_buffer[65'536];

int on_body(llhttp_t* parser, const char*, std::size_t size) {
  static_cast<Connection*>(parser->data)->body_bytes += size;
  return 0;
}

int on_message_complete(llhttp_t* parser) {
  ++static_cast<Connection*>(parser->data)->requests;
  return 0;
}

void on_alloc(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(read_buffer, sizeof read_buffer);
}

void close_connection(uv_stream_t* stream) {
  if (uv_is_closing(reinterpret_cast<uv_handle_t*>(stream)) != 0) return;
  uv_close(reinterpret_cast<uv_handle_t*>(stream),
           [](uv_handle_t* handle) { delete static_cast<Connection*>(handle->data); });
}

void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  auto* connection = static_cast<Connection*>(stream->data);
  if (size < 0) return close_connection(stream);
  const auto bytes = static_cast<std::size_t>(size);
  if (llhttp_execute(&connection->parser, buffer->base, bytes) != HPE_OK) {
    return close_connection(stream);
  }
  std::string answers;
  for (; connection->requests > 0; --connection->requests) answers += kAnswer;
  uv_buf_t out = uv_buf_init(answers.data(), static_cast<unsigned>(answers.size()));
  // A peer that does not read is no part of this measurement.
  if (!answers.empty() && uv_try_write(stream, &out, 1) < 0) close_connection(stream);
}

void on_connection(uv_stream_t* listener, int status) {
  if (status < 0) return;
  auto* connection = new Connection;
  uv_tcp_init(listener->loop, &connection->socket);
  connection->socket.data = connection;
  auto* stream = reinterpret_cast<uv_stream_t*>(&connection->socket);
  if (uv_accept(listener, stream) != 0) return close_connection(stream);
  uv_tcp_nodelay(&connection->socket, 1);
  llhttp_init(&connection->parser, HTTP_REQUEST, &settings);
  connection->parser.data = connection;
  uv_read_start(stream, on_alloc, on_read);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: null_server PORT\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  llhttp_settings_init(&settings);
  settings.on_body = on_body;
  settings.on_message_complete = on_message_complete;

  uv_tcp_t listener;
  uv_tcp_init(uv_default_loop(), &listener);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", std::atoi(argv[1]), &address);
  uv_tcp_bind(&listener, reinterpret_cast<const sockaddr*>(&address), 0);
  const int error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener), 1024, on_connection);
  if (error != 0) {
    std::fprintf(stderr, "null_server: %s\n", uv_strerror(error));
    return 1;
  }
  int length = sizeof address;
  uv_tcp_getsockname(&listener, reinterpret_cast<sockaddr*>(&address), &length);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
