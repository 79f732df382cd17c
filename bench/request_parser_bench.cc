// The request parser against bare llhttp on the same bytes: the ratio is what its own checks, the
// copy and the views cost.
#include <cstdlib>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <llhttp.h>

#include "http/request_parser.h"

namespace {

using namespace penstock::http;

// What a browser's sendBeacon sends, 434 bytes in all.
std::string beacon() {
  std::string body =
      R"({"name":"pageview","url":"https://shop.example/p/17?ref=mail","t":17955158})";
  body.resize(96, ' ');
  std::string wire =
      "POST /v1/events HTTP/1.1\r\n"
      "Host: collect.example\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
      "Accept: */*\r\n"
      "Accept-Encoding: gzip, deflate, br\r\n"
      "Content-Type: text/plain;charset=UTF-8\r\n"
      "Content-Length: 96\r\n"
      "Origin: https://shop.example\r\n"
      "Connection: keep-alive\r\n";
  const std::string_view last = "X-Pad: ";
  const std::size_t padding = 434 - wire.size() - body.size() - last.size() - 4;
  wire.append(last).append(padding, 'x').append("\r\n\r\n").append(body);
  if (wire.size() != 434) std::abort();
  return wire;
}

std::string train(int requests) {
  std::string wire;
  for (int i = 0; i < requests; ++i) wire += beacon();
  return wire;
}

void count(benchmark::State& state, const std::string& wire, int requests) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(wire.size()));
  state.SetItemsProcessed(state.iterations() * requests);
}

void parse(benchmark::State& state, const std::string& wire, int requests, std::size_t piece) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  for (auto _ : state) {
    int seen = 0;
    for (std::size_t at = 0; at < wire.size();) {
      const Step step = parser.feed(std::string_view(wire).substr(at, piece));
      at += step.consumed;
      if (step.seen != Seen::kRequest) continue;
      benchmark::DoNotOptimize(parser.request().body.data());
      parser.reset();
      ++seen;
    }
    if (seen != requests) std::abort();
  }
  count(state, wire, requests);
}

void parse_bare(benchmark::State& state, const std::string& wire, int requests) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  for (auto _ : state) {
    if (llhttp_execute(&parser, wire.data(), wire.size()) != HPE_OK) std::abort();
    benchmark::DoNotOptimize(parser);
  }
  count(state, wire, requests);
}

void beacon_ours(benchmark::State& state) { parse(state, beacon(), 1, 65'536); }
void beacon_bare(benchmark::State& state) { parse_bare(state, beacon(), 1); }
void beacon_in_pieces_of_100(benchmark::State& state) { parse(state, beacon(), 1, 100); }
void train_ours(benchmark::State& state) { parse(state, train(150), 150, 65'536); }
void train_bare(benchmark::State& state) { parse_bare(state, train(150), 150); }

}  // namespace

BENCHMARK(beacon_ours);
BENCHMARK(beacon_bare);
BENCHMARK(beacon_in_pieces_of_100);
BENCHMARK(train_ours);
BENCHMARK(train_bare);
