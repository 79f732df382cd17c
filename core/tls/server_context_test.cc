#include "tls/server_context.h"

#include <string>

#include <gtest/gtest.h>

#include "tls/tls_testing.h"

namespace penstock::tls {
namespace {

class ServerContextTest : public TlsTest {
 protected:
  void add_name(const std::string& name) { add(TestCertificate({.names = {name}})); }

  static std::string name_of_certificate(const TlsPeer& peer) {
    const X509Ptr certificate(SSL_get1_peer_certificate(peer.ssl()));
    if (certificate == nullptr) return "none";
    char name[256] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                              sizeof name);
    return name;
  }
  std::string answer_to(const std::shared_ptr<const ServerContext>& context,
                        const std::string& name) {
    TlsPeer peer;
    if (!name.empty()) peer.ask_for(name);
    EXPECT_TRUE(connect(context, peer)) << peer.failure();
    return name_of_certificate(peer);
  }
  // How it is counted where the client has been changed so.
  template <class Change>
  Outcome outcome_with(Change change) {
    const auto before = values();
    TlsPeer peer;
    change(peer.ssl());
    connect(make_context(), peer);
    failure_ = peer.failure();
    return changed(before);
  }
  // Of a client that has been there before, with what it was given then.
  bool is_resumed(const std::shared_ptr<SSL_CTX>& client,
                  const std::shared_ptr<const ServerContext>& first,
                  const std::shared_ptr<const ServerContext>& second) {
    SSL_CTX_set_session_cache_mode(client.get(), SSL_SESS_CACHE_CLIENT);
    TlsPeer one(client);
    EXPECT_TRUE(connect(first, one)) << one.failure();
    one.write("x");  // A ticket of TLS 1.3 comes behind the handshake.
    carry(one);
    static_cast<void>(one.read());
    const std::unique_ptr<SSL_SESSION, FreeWith<SSL_SESSION_free>> session(
        SSL_get1_session(one.ssl()));
    TlsPeer two(client);
    SSL_set_session(two.ssl(), session.get());
    EXPECT_TRUE(connect(second, two)) << two.failure();
    return SSL_session_reused(two.ssl()) == 1;
  }

  std::string failure_;
};

TEST_F(ServerContextTest, AnswersWithTheCertificateOfTheName) {
  add_name("one.test");
  add_name("two.test");
  add(TestCertificate({.names = {"three", "*.three.test"}}));
  const auto context = make_context();
  EXPECT_EQ(answer_to(context, ""), "one.test");
  EXPECT_EQ(answer_to(context, "two.test"), "two.test");
  EXPECT_EQ(answer_to(context, "TWO.test"), "two.test");
  EXPECT_EQ(answer_to(context, "a.three.test"), "three");
  EXPECT_EQ(answer_to(context, "unknown.test"), "one.test");
}

TEST_F(ServerContextTest, SendsTheChain) {
  const TestCertificate root({.names = {"root"}, .is_authority = true});
  const TestCertificate between({.names = {"between"}, .is_authority = true}, &root);
  add(TestCertificate({.names = {"a.test"}}, &between), between.pem());
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(peer.ssl())), 2);
}

TEST_F(ServerContextTest, HasBothKindsOfKeysForOneName) {
  add(TestCertificate({.names = {"a.test"}, .is_rsa = true}));
  add(TestCertificate({.names = {"a.test"}}));
  const auto context = make_context();
  for (const bool is_rsa : {true, false}) {
    TlsPeer peer;
    SSL_set_max_proto_version(peer.ssl(), TLS1_2_VERSION);
    SSL_set_cipher_list(peer.ssl(),
                        is_rsa ? "ECDHE-RSA-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256");
    EXPECT_TRUE(connect(context, peer)) << peer.failure();
  }
}

TEST_F(ServerContextTest, SpeaksTheVersionsOfTodayAlone) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(outcome_with([&](SSL* ssl) { SSL_set_max_proto_version(ssl, version); }),
              Outcome::kFull);
  }
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    EXPECT_EQ(outcome_with([&](SSL* ssl) {
                SSL_set_security_level(ssl, 0);
                SSL_set_min_proto_version(ssl, version);
                SSL_set_max_proto_version(ssl, version);
              }),
              Outcome::kVersion);
  }
  EXPECT_EQ(failure_, "tlsv1 alert protocol version");
}

TEST_F(ServerContextTest, SpeaksTheSuitesOfTodayAlone) {
  add(TestCertificate({.names = {"a.test"}, .is_rsa = true}));
  for (const char* suite : {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
                            "ECDHE-RSA-CHACHA20-POLY1305"}) {
    EXPECT_EQ(outcome_with([&](SSL* ssl) {
                SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
                EXPECT_EQ(SSL_set_cipher_list(ssl, suite), 1);
              }),
              Outcome::kFull)
        << suite;
  }
  for (const char* suite : {"AES128-GCM-SHA256", "AES128-SHA", "ECDHE-RSA-AES128-SHA",
                            "ECDHE-RSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256",
                            "ECDHE-ECDSA-AES128-GCM-SHA256", "ADH-AES128-GCM-SHA256@SECLEVEL=0"}) {
    EXPECT_EQ(outcome_with([&](SSL* ssl) {
                SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
                EXPECT_EQ(SSL_set_cipher_list(ssl, suite), 1) << suite;
              }),
              Outcome::kSuite)
        << suite;
  }
  EXPECT_EQ(outcome_with([](SSL* ssl) {
              SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
              SSL_set1_groups_list(ssl, "P-521");
            }),
            Outcome::kSuite);
  EXPECT_EQ(outcome_with([](SSL* ssl) {
              SSL_set_min_proto_version(ssl, TLS1_3_VERSION);
              SSL_set1_groups_list(ssl, "P-521");
            }),
            Outcome::kSuite);
}

TEST_F(ServerContextTest, ChoosesTheCheapestSuiteButLeavesChaChaToTheClient) {
  add(TestCertificate({.names = {"a.test"}}));
  const auto context = make_context();
  const auto chosen = [&](int version, const std::string& suites) {
    TlsPeer peer;
    SSL_set_min_proto_version(peer.ssl(), version);
    SSL_set_max_proto_version(peer.ssl(), version);
    EXPECT_EQ(version == TLS1_3_VERSION ? SSL_set_ciphersuites(peer.ssl(), suites.c_str())
                                        : SSL_set_cipher_list(peer.ssl(), suites.c_str()),
              1);
    EXPECT_TRUE(connect(context, peer)) << peer.failure();
    return std::string(SSL_get_cipher_name(peer.ssl()));
  };
  const std::string aes128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const std::string aes256 = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const std::string chacha = "ECDHE-ECDSA-CHACHA20-POLY1305";
  EXPECT_EQ(chosen(TLS1_2_VERSION, aes256 + ":" + aes128 + ":" + chacha), aes128);
  EXPECT_EQ(chosen(TLS1_2_VERSION, aes256 + ":" + chacha), aes256);
  EXPECT_EQ(chosen(TLS1_2_VERSION, chacha + ":" + aes128), chacha);
  const std::string aes128_of_13 = "TLS_AES_128_GCM_SHA256";
  const std::string aes256_of_13 = "TLS_AES_256_GCM_SHA384";
  const std::string chacha_of_13 = "TLS_CHACHA20_POLY1305_SHA256";
  EXPECT_EQ(chosen(TLS1_3_VERSION, aes256_of_13 + ":" + chacha_of_13 + ":" + aes128_of_13),
            aes128_of_13);
  EXPECT_EQ(chosen(TLS1_3_VERSION, chacha_of_13 + ":" + aes128_of_13), chacha_of_13);
}

TEST_F(ServerContextTest, ChoosesTheProtocolOrRefuses) {
  const auto with = [&](std::string_view offered) {
    return outcome_with([&](SSL* ssl) {
      SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
    });
  };
  EXPECT_EQ(with("\x02h2\x08http/1.1"), Outcome::kFull);
  EXPECT_EQ(with("\x08http/1.1"), Outcome::kFull);
  EXPECT_EQ(with("\x02h2"), Outcome::kProtocol);
  EXPECT_EQ(failure_, "tlsv1 alert no application protocol");
  EXPECT_EQ(with("\x08http/1.0\x02h2"), Outcome::kProtocol);

  TlsPeer peer;
  SSL_set_alpn_protos(peer.ssl(), reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  ASSERT_TRUE(connect(make_context(), peer));
  const unsigned char* chosen = nullptr;
  unsigned bytes = 0;
  SSL_get0_alpn_selected(peer.ssl(), &chosen, &bytes);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), bytes), "http/1.1");
}

TEST_F(ServerContextTest, ResumesAlsoAfterAReloadAndInBothVersions) {
  add_name("one.test");
  const auto context = make_context();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto client = TlsPeer::new_context();
    SSL_CTX_set_max_proto_version(client.get(), version);
    EXPECT_TRUE(is_resumed(client, context, context));
    EXPECT_TRUE(is_resumed(client, context, make_context()));
  }
  EXPECT_EQ(counters_->value(Outcome::kResumed), 4u);
  EXPECT_EQ(counters_->value(Outcome::kFull), 4u);
}

TEST_F(ServerContextTest, GivesANewTicketWithEachResumption) {
  const auto context = make_context();
  const auto client = TlsPeer::new_context();
  SSL_CTX_set_session_cache_mode(client.get(), SSL_SESS_CACHE_CLIENT);
  std::unique_ptr<SSL_SESSION, FreeWith<SSL_SESSION_free>> session;
  for (int i = 0; i < 3; ++i) {
    TlsPeer peer(client);
    if (session != nullptr) SSL_set_session(peer.ssl(), session.get());
    ASSERT_TRUE(connect(context, peer));
    EXPECT_EQ(SSL_session_reused(peer.ssl()), i > 0 ? 1 : 0);
    static_cast<void>(peer.read());
    std::unique_ptr<SSL_SESSION, FreeWith<SSL_SESSION_free>> next(SSL_get1_session(peer.ssl()));
    EXPECT_NE(next, session);
    session = std::move(next);
    peer.end();  // The session of a connection that broke is not resumed.
  }
}

TEST_F(ServerContextTest, ForgetsSessionsOfOtherRulesAndOtherKeys) {
  const TestCertificate root({.names = {"root"}, .is_authority = true});
  const TestCertificate other({.names = {"other"}, .is_authority = true});
  const TestCertificate mine({.names = {"mine"}}, &root);
  const auto open = make_context();
  files_.client_ca = dir_.path("ca.pem");
  write_text(files_.client_ca, root.pem());
  const auto closed = make_context();
  write_text(files_.client_ca, root.pem() + other.pem());
  const auto changed_rules = make_context();
  const auto client = TlsPeer::new_context();
  SSL_CTX_use_certificate(client.get(), mine.x509());
  SSL_CTX_use_PrivateKey(client.get(), mine.key());
  EXPECT_TRUE(is_resumed(client, closed, closed));
  EXPECT_FALSE(is_resumed(client, open, closed));
  EXPECT_FALSE(is_resumed(client, closed, changed_rules));

  tickets_ = std::make_shared<TicketKeys>(clock_);
  EXPECT_FALSE(is_resumed(client, changed_rules, make_context()));
}

TEST_F(ServerContextTest, LetsInWhomTheAuthorityVouchesFor) {
  const TestCertificate root({.names = {"root"}, .is_authority = true});
  const TestCertificate other({.names = {"other"}, .is_authority = true});
  files_.client_ca = dir_.path("ca.pem");
  write_text(files_.client_ca, root.pem());
  const auto with = [&](const TestCertificate& certificate, int version) {
    return outcome_with([&](SSL* ssl) {
      SSL_set_max_proto_version(ssl, version);
      SSL_use_certificate(ssl, certificate.x509());
      SSL_use_PrivateKey(ssl, certificate.key());
    });
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(with(TestCertificate({.names = {"drain"}}, &root), version), Outcome::kFull);
    EXPECT_EQ(with(TestCertificate({.names = {"drain"}}, &other), version), Outcome::kCertificate);
    EXPECT_EQ(with(TestCertificate({.names = {"drain"}}), version), Outcome::kCertificate);
    EXPECT_EQ(with(TestCertificate({.names = {"drain"}, .valid_s = -60}, &root), version),
              Outcome::kCertificate);
    EXPECT_EQ(outcome_with([&](SSL* ssl) { SSL_set_max_proto_version(ssl, version); }),
              Outcome::kCertificate);
  }
}

TEST_F(ServerContextTest, CountsAClientThatDoesNotTrustUs) {
  const TestCertificate other({.names = {"other"}, .is_authority = true});
  EXPECT_EQ(outcome_with([&](SSL* ssl) {
              SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
              X509_STORE_add_cert(SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)), other.x509());
            }),
            Outcome::kRefused);
}

TEST_F(ServerContextTest, SaysWhichFileCannotBeUsed) {
  const auto refusal = [&] {
    FileFault fault;
    EXPECT_EQ(ServerContext::make(files_, tickets_, counters_, fault), nullptr);
    return fault;
  };
  add(TestCertificate({.names = {"small.test"}, .is_rsa = true, .rsa_bits = 1'024}));
  EXPECT_EQ(refusal().what, files_.certificates[0] + " cannot be used: ee key too small");
  files_ = {};
  add_name("a.test");
  files_.client_ca = dir_.path("ca.pem");
  EXPECT_EQ(refusal().what, files_.client_ca + " cannot be read: No such file or directory");
  EXPECT_EQ(refusal().which, FileFault::Which::kAuthorities);
  write_text(files_.client_ca, "nothing");
  EXPECT_EQ(refusal().what, files_.client_ca + " holds no certificate in PEM");
  files_.client_ca.clear();
  files_.keys[0] = dir_.path("none");
  EXPECT_EQ(refusal().which, FileFault::Which::kKey);
}

TEST_F(ServerContextTest, TellsWhenItsCertificatesEnd) {
  add(TestCertificate({.names = {"a.test"}, .valid_s = -60}));
  add_name("b.test");
  const auto expiries = make_context()->expiries();  // One that has ended is served: who knows.
  ASSERT_EQ(expiries.size(), 2u);
  EXPECT_EQ(expiries[0].name, "a.test");
  EXPECT_EQ(expiries[0].path, files_.certificates[0]);
  EXPECT_LT(expiries[0].at_s, ::time(nullptr));
  EXPECT_GT(expiries[1].at_s, ::time(nullptr));
}

}  // namespace
}  // namespace penstock::tls
