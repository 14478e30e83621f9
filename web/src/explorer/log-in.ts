const mutation = `mutation SignIn($input: LoginInput!) {
  login(input: $input) {
    session { accessToken }
    userErrors { message }
  }
}`;

interface Answer {
  readonly data?: {
    readonly login: {
      readonly session: { readonly accessToken: string } | null;
      readonly userErrors: readonly { readonly message: string }[];
    };
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Signs in as an integrator does; fails with the server's words. */
export const logIn = async (input: { tenantSlug: string; username: string; password: string }): Promise<string> => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: mutation, variables: { input } }),
  });
  const { data, errors } = (await response.json()) as Answer;
  const token = data?.login.session?.accessToken;
  if (!token) throw new Error(errors?.[0]?.message ?? data?.login.userErrors[0]?.message ?? 'Signing in did not work.');
  return token;
};
