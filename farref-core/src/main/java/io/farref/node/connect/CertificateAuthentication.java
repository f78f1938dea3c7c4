package io.farref.node.connect;

import io.farref.group.Member;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.wire.PeerAuthentication;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Authenticates the other end of a TLS link by its certificate. */
record CertificateAuthentication(TlsLink link, TlsLinks tls, Members members)
    implements PeerAuthentication {
  private static final long MEMBER_MILLIS = TimeUnit.SECONDS.toMillis(5);

  @Override
  public byte[] binding() throws IOException {
    return link.binding();
  }

  @Override
  public Optional<String> objection(int worker) throws IOException {
    members.awaitMember(worker, MEMBER_MILLIS);
    Member member = members.member(worker);
    return member == null
        ? Optional.of("worker " + worker + " is not in the group")
        : tls.objection(link.certificate(), member.name());
  }
}
