import { createElement, type FormEvent, useState } from 'react';

interface SignInBarProps {
  readonly token: string;
  readonly onToken: (token: string) => void;
  readonly logIn: (input: { tenantSlug: string; username: string; password: string }) => Promise<string>;
}

const field = (name: string, label: string, type = 'text') =>
  createElement(
    'label',
    { key: name },
    label,
    createElement('input', { name, type, autoComplete: type === 'password' ? 'current-password' : 'on' }),
  );

/** Tenant, email and password, or a token pasted; kept in this page alone. */
export const SignInBar = ({ token, onToken, logIn }: SignInBarProps) => {
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    try {
      onToken(text('token') || (await logIn({ tenantSlug: text('tenant'), username: text('email'), password: text('password') })));
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  if (token) {
    return createElement(
      'p',
      { className: 'bar' },
      'Signed in. ',
      createElement('button', { type: 'button', onClick: () => onToken('') }, 'Sign out'),
    );
  }
  return createElement(
    'form',
    { className: 'bar', onSubmit: submit },
    field('tenant', 'Tenant'),
    field('email', 'Email', 'email'),
    field('password', 'Password', 'password'),
    field('token', 'or a token'),
    createElement('button', { type: 'submit', key: 'go' }, 'Sign in'),
    problem ? createElement('span', { role: 'alert', key: 'problem' }, problem) : null,
  );
};
