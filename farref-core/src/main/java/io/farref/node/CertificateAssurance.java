package io.farref.node;

import io.farref.group.Member;
import io.farref.tls.TlsLink;
import io.farref.tls.TlsLinks;
import io.farref.wire.Assurance;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** By TLS: the other end's certificate says who it is. */
record CertificateAssurance(TlsLink link, TlsLinks tls, Members members) implements Assurance {
  private static final long NEWS_MILLIS = TimeUnit.SECONDS.toMillis(5);

  @Override
  public byte[] binding() throws IOException {
    return link.binding();
  }

  @Override
  public Optional<String> objection(int worker) throws IOException {
    members.awaitMember(worker, NEWS_MILLIS);
    Member member = members.member(worker);
    return member == null
        ? Optional.of("worker " + worker + " is not in the group")
        : tls.objection(link.certificate(), member.name());
  }
}
